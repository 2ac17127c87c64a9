import { Controller, Get, Param, Query, type StreamableFile } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '#contracts/description';
import { UsageDto, UsageRangeQueryDto } from '#contracts';
import { USAGE_CONTENT } from '#platform';
import { AdminToken } from '../auth/credential.decorators.js';
import { MayRefuse } from '../errors.js';
import { apiPath } from '../http/api-path.js';
import { UsageService } from '../usage/usage.service.js';
import { ACCOUNT_ID } from './params.js';

@ApiTags('operator')
@AdminToken()
@ApiExtraModels(UsageDto)
@ApiParam(ACCOUNT_ID)
@Controller(apiPath('admin/accounts/:accountId/usage'))
export class AdminUsageController {
  constructor(private readonly usage: UsageService) {}

  @Get()
  @ApiOperation({
    operationId: 'getUsage',
    summary: 'What an account has used, by day.',
    description:
      'By what was delivered of ended sessions. A session belongs whole to the day in which it started.',
  })
  @MayRefuse('not_found')
  @ApiOkResponse({ description: 'Sums, or a table.', content: USAGE_CONTENT })
  get(
    @Param('accountId') accountId: string,
    @Query() query: UsageRangeQueryDto,
  ): Promise<UsageDto | StreamableFile> {
    return this.usage.tell(accountId, query);
  }
}
