import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '#contracts/description';
import { AvatarMessageDto, type Envelope, SessionAckDto } from '#contracts';
import { AnsweredInTime, MESSAGE_DEADLINE_MS } from '#platform';
import { type Caller, CurrentCaller, SessionTokenOrKey } from '../auth/caller.js';
import { ApiEnvelope, envelope } from '../sessions/envelope.js';
import { AvatarMessageService } from './avatar-message.service.js';

@ApiTags('streaming')
@Controller('v1')
export class AvatarMessageController {
  constructor(private readonly streaming: AvatarMessageService) {}

  @Post('streaming.avatar_message')
  @AnsweredInTime('second', MESSAGE_DEADLINE_MS)
  @HttpCode(200)
  @SessionTokenOrKey()
  @ApiOperation({ summary: 'Report a turn; answered once it is stored durably.' })
  @ApiEnvelope(SessionAckDto)
  async avatarMessage(
    @CurrentCaller() caller: Caller,
    @Body() body: AvatarMessageDto,
  ): Promise<Envelope<SessionAckDto>> {
    return envelope(await this.streaming.message(caller, body));
  }
}
