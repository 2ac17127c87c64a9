import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '#contracts/description';
import { AvatarMessageDto, type Envelope, SessionAckDto } from '#contracts';
import { AnsweredInTime, MESSAGE_DEADLINE_MS } from '#platform';
import { type Caller, CurrentCaller, SessionTokenOrKey } from '../auth/caller.js';
import { MayRefuse } from '../errors.js';
import { ApiEnvelope, envelope } from '../sessions/envelope.js';
import { OF_SESSIONS } from '../sessions/session-access.js';
import { AvatarMessageService } from './avatar-message.service.js';

@ApiTags('streaming')
@Controller('v1')
export class AvatarMessageController {
  constructor(private readonly streaming: AvatarMessageService) {}

  @Post('streaming.avatar_message')
  @AnsweredInTime('second', MESSAGE_DEADLINE_MS)
  @HttpCode(200)
  @SessionTokenOrKey()
  @ApiOperation({
    operationId: 'reportTurn',
    summary: 'Report a turn; answered once it is stored durably.',
    description:
      'For what the page alone has seen, such as typed text. Turns that the vendor reports, too, stand once. After 503 `busy` send it again with the same `message_id`.',
  })
  @MayRefuse(...OF_SESSIONS, 'not_started', 'message_conflict')
  @ApiEnvelope(SessionAckDto)
  async avatarMessage(
    @CurrentCaller() caller: Caller,
    @Body() body: AvatarMessageDto,
  ): Promise<Envelope<SessionAckDto>> {
    return envelope(await this.streaming.message(caller, body));
  }
}
