import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { OverviewDto } from '#contracts';
import { OperatorName } from '#platform';
import { OperatorToken } from '../auth/caller.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { OverviewService } from './overview.service.js';

@ApiTags('operator')
@OperatorToken()
@Controller('api/v1/admin/overview')
export class AdminOverviewController {
  constructor(
    private readonly overview: OverviewService,
    private readonly config: AvatarConfig,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'getOverview',
    summary: 'How everything stands: sessions, lags, Petya, the vendors, and what was used.',
    description:
      'Counts are read every 5 s at most, sums and credits once a minute. Where the database, a vendor or Petya does not answer, it says what was known last, and since when.',
  })
  @ApiOkResponse({ type: OverviewDto })
  get(@OperatorName() name: string | null): Promise<OverviewDto> {
    return this.overview.look({ you: name, boardUrl: this.config.petya.boardUrl });
  }
}
