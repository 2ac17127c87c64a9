import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '#contracts/description';
import {
  ErasedSessionsDto,
  ErasureDoneDto,
  ErasureOrdersDto,
  ErasureOrdersQueryDto,
} from '#contracts';
import { ServiceToken } from '../auth/credential.decorators.js';
import { MayRefuse } from '../errors.js';
import { ErasureAnswersService } from '../erasure/orders/erasure-answers.service.js';
import { ErasureOrdersService } from '../erasure/orders/erasure-orders.service.js';
import { apiPath } from '../http/api-path.js';

const ERASURE_ID = { name: 'erasureId', description: 'The order, as the list names it.' };

@ApiTags('avatar')
@ServiceToken()
@Controller(apiPath('avatar/erasures'))
export class ErasuresController {
  constructor(
    private readonly orders: ErasureOrdersService,
    private readonly answers: ErasureAnswersService,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listErasures',
    summary: 'Erasures to carry out that are not confirmed yet, the oldest first.',
    description: 'Up to 100 orders. The next ones are those behind the last `erasureId`.',
  })
  @ApiOkResponse({ type: ErasureOrdersDto })
  list(@Query() query: ErasureOrdersQueryDto): Promise<ErasureOrdersDto> {
    return this.orders.list(query);
  }

  @Post(':erasureId/sessions')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'addErasedSessions',
    summary: 'Names sessions that an erasure is about: what was said in them goes.',
    description:
      'For sessions that ilianaai-avatar has found and this app does not know of. May be repeated.',
  })
  @ApiParam(ERASURE_ID)
  @MayRefuse('not_found')
  @ApiOkResponse({ type: ErasureDoneDto })
  found(
    @Param('erasureId') erasureId: string,
    @Body() { sessions }: ErasedSessionsDto,
  ): Promise<ErasureDoneDto> {
    return this.answers.found(erasureId, sessions);
  }

  @Post(':erasureId/done')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'confirmErasure',
    summary: 'Confirms that nothing is left of what an erasure was about.',
    description: 'From then on the order is listed no more. May be repeated.',
  })
  @ApiParam(ERASURE_ID)
  @MayRefuse('not_found')
  @ApiOkResponse({ type: ErasureDoneDto })
  done(@Param('erasureId') erasureId: string): Promise<ErasureDoneDto> {
    return this.answers.confirm(erasureId);
  }
}
