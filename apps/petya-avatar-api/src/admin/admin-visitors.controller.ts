import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { ErasureDto, PageQueryDto, VisitorExportDto } from '#contracts';
import { AdminToken } from '../auth/credential.decorators.js';
import { ErasureService } from '../erasure/erasure.service.js';
import { VisitorExportService } from '../history/visitor-export.service.js';
import { apiPath } from '../http/api-path.js';

/** What a visitor may ask the operator for. */
@ApiTags('operator')
@AdminToken()
@Controller(apiPath('admin/accounts/:accountId'))
export class AdminVisitorsController {
  constructor(
    private readonly erasure: ErasureService,
    private readonly exports: VisitorExportService,
  ) {}

  @Get('visitors/:visitorId/export')
  @ApiOperation({
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
  @ApiOperation({ summary: 'Erases a visitor with their conversations and messages.' })
  @ApiOkResponse({ type: ErasureDto })
  eraseVisitor(
    @Param('accountId') accountId: string,
    @Param('visitorId') visitorId: string,
  ): Promise<ErasureDto> {
    return this.erasure.eraseVisitor(accountId, visitorId);
  }

  @Delete('conversations/:conversationId')
  @ApiOperation({ summary: 'Erases a conversation, by its own id or the externalId.' })
  @ApiOkResponse({ type: ErasureDto })
  eraseConversation(
    @Param('accountId') accountId: string,
    @Param('conversationId') conversationId: string,
  ): Promise<ErasureDto> {
    return this.erasure.eraseConversation(accountId, conversationId);
  }
}
