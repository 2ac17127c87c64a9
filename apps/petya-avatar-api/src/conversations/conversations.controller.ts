import { Body, Controller, HttpCode, Param, Patch, Post, UseInterceptors } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '#contracts/description';
import { ConversationRefDto, InitConversationDto, SetStatusDto } from '#contracts';
import type { Caller } from '../auth/caller.js';
import { CustomerKey } from '../auth/credential.decorators.js';
import { CurrentCaller } from '../auth/current-caller.decorator.js';
import { LimitsConversations } from '../auth/limits.js';
import { MayRefuse } from '../errors.js';
import { apiPath } from '../http/api-path.js';
import { CreatedOrFoundInterceptor } from '../http/created-or-found.interceptor.js';
import type { Outcome } from '../http/outcome.js';
import { ConversationsService } from './conversations.service.js';

@ApiTags('plugin')
@CustomerKey()
@Controller(apiPath('conversations/userConversation'))
export class ConversationsController {
  constructor(private readonly conversations: ConversationsService) {}

  @Post('init')
  @LimitsConversations()
  @UseInterceptors(CreatedOrFoundInterceptor)
  @ApiOperation({
    operationId: 'initConversation',
    summary: 'Opens a conversation; the same externalId gives the same one.',
    description:
      "201 for a new one, 200 for one that was there. With a visitor token it is that visitor's, and needs the token from then on.",
  })
  @MayRefuse('conversation_taken')
  @ApiCreatedResponse({ type: ConversationRefDto, description: 'It was opened.' })
  @ApiOkResponse({ type: ConversationRefDto, description: 'It was there already.' })
  init(
    @CurrentCaller() caller: Caller,
    @Body() body: InitConversationDto,
  ): Promise<Outcome<ConversationRefDto>> {
    return this.conversations.init(caller, body);
  }

  @Patch(':id/status')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'setConversationStatus',
    summary: 'Completes a conversation or takes it up again.',
    description: 'In any order and any number of times. It stops nobody from writing.',
  })
  @ApiParam({
    name: 'id',
    description: 'The conversation, by its own id or its `externalId`.',
  })
  @ApiOkResponse({ type: ConversationRefDto })
  setStatus(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: SetStatusDto,
  ): Promise<ConversationRefDto> {
    return this.conversations.setStatus(caller, id, body);
  }
}
