import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { OverviewDto } from '#contracts';
import { OperatorToken } from '../auth/caller.js';
import { ReconciliationsService } from './reconciliations.service.js';

@ApiTags('operator')
@OperatorToken()
@Controller('api/v1/admin/overview')
export class AdminOverviewController {
  constructor(private readonly reconciliations: ReconciliationsService) {}

  @Get()
  @ApiOperation({
    operationId: 'getOverview',
    summary: 'The vendors, their credits, and what yesterday has shown.',
    description:
      'Credits are asked for once a minute at most; a vendor that does not answer leaves the number that it said last.',
  })
  @ApiOkResponse({ type: OverviewDto })
  get(): ReturnType<ReconciliationsService['overview']> {
    return this.reconciliations.overview();
  }
}
