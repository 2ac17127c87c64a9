import { Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '#contracts/description';
import { ReconciliationDto, ReconciliationListDto, ReconciliationUnderWayDto } from '#contracts';
import type { Response } from 'express';
import { OperatorToken } from '../auth/caller.js';
import { MayRefuse, VENDOR_PROBLEMS } from '../errors.js';
import { readDay } from './days.js';
import { ReconciliationsService } from './reconciliations.service.js';

const DAY = {
  name: 'day',
  description: 'A day in UTC, such as 2026-11-26.',
  schema: { type: 'string', format: 'date' },
};
const dayParam = { transform: readDay };

@ApiTags('operator')
@OperatorToken()
@ApiExtraModels(ReconciliationUnderWayDto)
@Controller('api/v1/admin/reconciliations')
export class AdminReconciliationsController {
  constructor(private readonly reconciliations: ReconciliationsService) {}

  @Get()
  @ApiOperation({
    operationId: 'listReconciliations',
    summary: "The vendor's bills beside our records, day by day.",
    description: 'The newest 31 days, without their rows. A day that is not over may still change.',
  })
  @ApiOkResponse({ type: ReconciliationListDto })
  list(): Promise<ReconciliationListDto> {
    return this.reconciliations.list();
  }

  @Get(':day')
  @ApiOperation({
    operationId: 'getReconciliation',
    summary: 'One day, with the sessions that are not equal.',
    description: 'At most 1,000 of them, each with its ids and the seconds of both sides.',
  })
  @ApiParam(DAY)
  @MayRefuse('not_found')
  @ApiOkResponse({ type: ReconciliationDto })
  get(@Param('day', dayParam) day: string): Promise<ReconciliationDto> {
    return this.reconciliations.get(day);
  }

  @Post(':day')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'makeReconciliation',
    summary: 'Compare a day with the vendor now.',
    description:
      'Today or one of the 31 days before. What takes longer than some seconds is answered 202 and made all the same; where the vendor fails, the report that there was stays.',
  })
  @ApiParam(DAY)
  @MayRefuse('liveavatar_disabled', ...VENDOR_PROBLEMS)
  @ApiOkResponse({ type: ReconciliationDto, description: 'It is made.' })
  @ApiResponse({
    status: 202,
    type: ReconciliationUnderWayDto,
    description: 'It is being made; ask for the day again.',
  })
  async make(
    @Param('day', dayParam) day: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ReconciliationDto | ReconciliationUnderWayDto> {
    const made = await this.reconciliations.make(day);
    response.status('state' in made ? 202 : 200);
    return made;
  }
}
