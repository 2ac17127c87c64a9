import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '#contracts/description';
import { ErasureDto, PageQueryDto, VisitorExportDto } from '#contracts';
import { AdminToken } from '../auth/credential.decorators.js';
import { ErasureService } from '../erasure/erasure.service.js';
import { VisitorExportService } from '../history/visitor-export.service.js';
import { MayRefuse } from '../errors.js';
import { apiPath } from '../http/api-path.js';
import { ACCOUNT_ID, VISITOR_ID } from './params.js';

/** What a visitor may ask the operator for. */
@ApiTags('operator')
@AdminToken()
@ApiParam(ACCOUNT_ID)
@MayRefuse('not_found')
@Controller(apiPath('admin/accounts/:accountId'))
export class AdminVisitorsController {
  constructor(
    private readonly erasure: ErasureService,
    private readonly exports: VisitorExportService,
  ) {}

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
