import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '#contracts/description';
import {
  ConversationListDto,
  ErasureDto,
  PageQueryDto,
  VisitorExportDto,
  VisitorListDto,
} from '#contracts';
import { AdminToken } from '../auth/credential.decorators.js';
import { ErasureService } from '../erasure/erasure.service.js';
import { VisitorExportService } from '../history/visitor-export.service.js';
import { ConversationsService } from '../conversations/conversations.service.js';
import { VisitorsService } from '../visitors/visitors.service.js';
import { MayRefuse } from '../errors.js';
import { apiPath } from '../http/api-path.js';
import { ACCOUNT_ID, VISITOR_ID } from './params.js';

/** The visitors and conversations of an account, and what a visitor may ask the operator for. */
@ApiTags('operator')
@AdminToken()
@ApiParam(ACCOUNT_ID)
@MayRefuse('not_found')
@Controller(apiPath('admin/accounts/:accountId'))
export class AdminVisitorsController {
  constructor(
    private readonly erasure: ErasureService,
    private readonly exports: VisitorExportService,
    private readonly visitors: VisitorsService,
    private readonly conversations: ConversationsService,
  ) {}

  @Get('visitors')
  @ApiOperation({
    operationId: 'listVisitors',
    summary: 'Lists the visitors of an account, the one that was seen last first.',
    description: 'Page by page. One that is seen again meanwhile moves to the first page.',
  })
  @ApiOkResponse({ type: VisitorListDto })
  listVisitors(
    @Param('accountId') accountId: string,
    @Query() query: PageQueryDto,
  ): Promise<VisitorListDto> {
    return this.visitors.list(accountId, query);
  }

  @Get('conversations')
  @ApiOperation({
    operationId: 'listConversations',
    summary:
      'Lists the conversations of an account, the one in which something happened last first.',
    description:
      'Page by page, without what was written and said. One that goes on meanwhile moves to the first page.',
  })
  @ApiOkResponse({ type: ConversationListDto })
  listConversations(
    @Param('accountId') accountId: string,
    @Query() query: PageQueryDto,
  ): Promise<ConversationListDto> {
    return this.conversations.list(accountId, query);
  }

  @Get('visitors/:visitorId/export')
  @ApiParam(VISITOR_ID)
  @ApiOperation({
    operationId: 'exportVisitor',
    summary:
      'Everything known of a visitor: details, and each conversation with all that was said.',
    description:
      'A page holds up to `limit` messages and turns; a long conversation goes on there.',
  })
  @ApiOkResponse({ type: VisitorExportDto })
  export(
    @Param('accountId') accountId: string,
    @Param('visitorId') visitorId: string,
    @Query() query: PageQueryDto,
  ): Promise<VisitorExportDto> {
    return this.exports.page(accountId, visitorId, query);
  }

  @Delete('visitors/:visitorId')
  @ApiOperation({
    operationId: 'eraseVisitor',
    summary: 'Erases a visitor with their conversations and messages.',
    description:
      'What ilianaai-avatar and the vendor hold of it is erased as well. There is no way back: export first.',
  })
  @ApiParam(VISITOR_ID)
  @ApiOkResponse({ type: ErasureDto })
  eraseVisitor(
    @Param('accountId') accountId: string,
    @Param('visitorId') visitorId: string,
  ): Promise<ErasureDto> {
    return this.erasure.eraseVisitor(accountId, visitorId);
  }

  @Delete('conversations/:conversationId')
  @ApiOperation({
    operationId: 'eraseConversation',
    summary: 'Erases a conversation, by its own id or the externalId.',
    description:
      'What ilianaai-avatar and the vendor hold of it is erased as well. There is no way back.',
  })
  @ApiParam({
    name: 'conversationId',
    description: 'The conversation, by its own id or its `externalId`.',
  })
  @ApiOkResponse({ type: ErasureDto })
  eraseConversation(
    @Param('accountId') accountId: string,
    @Param('conversationId') conversationId: string,
  ): Promise<ErasureDto> {
    return this.erasure.eraseConversation(accountId, conversationId);
  }
}
