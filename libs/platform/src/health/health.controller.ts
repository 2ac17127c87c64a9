import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '#contracts/description';
import type { Response } from 'express';
import { Admitted } from '../admission/admitted.decorator.js';
import { Public } from '../auth/public.decorator.js';
import { type HealthReport, HealthService } from './health.service.js';

const liveSchema = {
  type: 'object',
  required: ['status'],
  properties: { status: { type: 'string', enum: ['ok'] } },
  additionalProperties: false,
};

/** A `HealthReport` with one of some states. */
const reportSchema = (...states: HealthReport['status'][]) => ({
  type: 'object',
  required: ['status', 'checks'],
  properties: {
    status: { type: 'string', enum: states },
    checks: {
      type: 'object',
      required: ['database', 'room'],
      additionalProperties: { type: 'string', enum: ['up', 'down'] },
    },
  },
  additionalProperties: false,
});

@ApiTags('health')
@Public()
@Admitted('first')
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @ApiOperation({ summary: 'The process runs.' })
  @ApiResponse({ status: 200, description: 'It does.', schema: liveSchema })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'The replica may be sent requests; 503 otherwise.' })
  @ApiResponse({ status: 200, description: 'It may.', schema: reportSchema('ok') })
  @ApiResponse({
    status: 503,
    description: 'It may not: the database is away, or the replica goes.',
    schema: reportSchema('unavailable', 'draining'),
  })
  async ready(@Res({ passthrough: true }) response: Response): Promise<HealthReport> {
    const report = await this.health.report();
    response.status(report.status === 'ok' ? 200 : 503);
    return report;
  }
}
