import { Body, Controller, Post, UseInterceptors } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { MessageRefDto, PostMessageDto } from '#contracts';
import { AnsweredInTime, MESSAGE_DEADLINE_MS } from '#platform';
import type { Caller } from '../auth/caller.js';
import { CustomerKey } from '../auth/credential.decorators.js';
import { CurrentCaller } from '../auth/current-caller.decorator.js';
import { LimitsMessages } from '../auth/limits.js';
import { MayRefuse } from '../errors.js';
import { apiPath } from '../http/api-path.js';
import { CreatedOrFoundInterceptor } from '../http/created-or-found.interceptor.js';
import type { Outcome } from '../http/outcome.js';
import { MessagesService } from './messages.service.js';

@ApiTags('plugin')
@CustomerKey()
@Controller(apiPath('messages/userMessages'))
export class MessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Post('init')
  @AnsweredInTime('second', MESSAGE_DEADLINE_MS)
  @LimitsMessages()
  @UseInterceptors(CreatedOrFoundInterceptor)
  @ApiOperation({
    operationId: 'postMessage',
    summary: 'Stores a message; the same clientMessageId gives the same one.',
    description:
      '201 for a new one, 200 for one that was there. For the shop (`isFromUser: false`) a secret key is needed where the visitor has proof. After 503 `busy` send it again with the same `clientMessageId`.',
  })
  @MayRefuse('secret_key_needed')
  @ApiCreatedResponse({ type: MessageRefDto, description: 'It was stored.' })
  @ApiOkResponse({ type: MessageRefDto, description: 'It was there already.' })
  post(
    @CurrentCaller() caller: Caller,
    @Body() body: PostMessageDto,
  ): Promise<Outcome<MessageRefDto>> {
    return this.messages.post(caller, body);
  }
}
