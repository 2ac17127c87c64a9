import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import type { Response } from 'express';
import { Admitted } from '../admission/admitted.decorator.js';
import { METRICS, METRICS_PATH, type Metrics, MetricsToken } from './metrics.js';

const TEXT = { 'text/plain': { schema: { type: 'string' } } };

@ApiTags('operator')
@MetricsToken()
@Admitted('first')
@Controller(METRICS_PATH.slice(1))
export class MetricsController {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {}

  @Get()
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'What this replica does and how all of it stands, for Prometheus.',
    description:
      'In the text format of Prometheus. It is there where METRICS_TOKEN is set, whose tokens open nothing else.',
  })
  @ApiOkResponse({ description: 'Every metric.', content: TEXT })
  async get(@Res({ passthrough: true }) response: Response): Promise<string> {
    const text = await this.metrics.text();
    response.setHeader('Content-Type', this.metrics.contentType);
    return text;
  }
}
