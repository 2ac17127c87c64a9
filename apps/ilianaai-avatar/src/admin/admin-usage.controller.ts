import { Controller, Get, Query, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { UsageDto, UsageQueryDto } from '#contracts';
import { USAGE_CONTENT } from '#platform';
import { OperatorToken } from '../auth/caller.js';
import { AdminUsageService } from './admin-usage.service.js';

@ApiTags('operator')
@OperatorToken()
@ApiExtraModels(UsageDto)
@Controller('api/v1/admin/usage')
export class AdminUsageController {
  constructor(private readonly usage: AdminUsageService) {}

  @Get()
  @ApiOperation({
    operationId: 'getUsage',
    summary: 'What an account has used, by day.',
    description:
      'By the session records: a session belongs whole to the day in which it started, and one that runs counts as far as it has come.',
  })
  @ApiOkResponse({ description: 'Sums, or a table.', content: USAGE_CONTENT })
  get(@Query() query: UsageQueryDto): Promise<UsageDto | StreamableFile> {
    return this.usage.tell(query);
  }
}
