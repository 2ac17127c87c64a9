import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '#contracts/description';
import { ConversationPageDto, PageQueryDto } from '#contracts';
import type { Caller } from '../auth/caller.js';
import { CustomerKey } from '../auth/credential.decorators.js';
import { CurrentCaller } from '../auth/current-caller.decorator.js';
import { apiPath } from '../http/api-path.js';
import { HistoryService } from './history.service.js';

@ApiTags('plugin')
@CustomerKey()
@Controller(apiPath('conversations/userConversation'))
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  @Get(':id')
  @ApiOperation({
    operationId: 'getConversation',
    summary: 'One page of a conversation: messages and avatar transcript.',
    description:
      'In the order of time. With the token of its visitor, or with a secret key: the key of the page reads nothing back.',
  })
  @ApiParam({
    name: 'id',
    description: 'The conversation, by its own id or its `externalId`.',
  })
  @ApiOkResponse({ type: ConversationPageDto })
  read(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() query: PageQueryDto,
  ): Promise<ConversationPageDto> {
    return this.history.read(caller, id, query);
  }
}
