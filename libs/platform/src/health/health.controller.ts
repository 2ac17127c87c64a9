import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '#contracts/description';
import type { Response } from 'express';
import { Admitted } from '../admission/admitted.decorator.js';
import { Public } from '../auth/public.decorator.js';
import { type HealthReport, HealthService } from './health.service.js';

const liveSchema = {
  type: 'object',
  required: ['status'],
  properties: {
    status: { type: 'string', enum: ['ok'], description: 'Always `ok`.' },
  },
  additionalProperties: false,
};

/** A `HealthReport` with one of some states. */
const reportSchema = (...states: HealthReport['status'][]) => ({
  type: 'object',
  required: ['status', 'checks'],
  properties: {
    status: { type: 'string', enum: states, description: 'Whether requests may be sent here.' },
    checks: {
      type: 'object',
      description: 'What the replica needs, by name, and whether it is there.',
      required: ['database', 'room'],
      properties: {
        database: { type: 'string', enum: ['up', 'down'], description: 'Whether it answers.' },
        room: {
          type: 'string',
          enum: ['up', 'down'],
          description: 'Whether there is room for more calls.',
        },
      },
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
  @ApiOperation({
    operationId: 'getLiveness',
    summary: 'The process runs.',
    description: 'For a supervisor: it looks at nothing else. No answer means that it hangs.',
  })
  @ApiResponse({ status: 200, description: 'It does.', schema: liveSchema })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'The replica may be sent requests; 503 otherwise.',
    description: 'For a load balancer: whether the database answers and the replica stays.',
  })
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
