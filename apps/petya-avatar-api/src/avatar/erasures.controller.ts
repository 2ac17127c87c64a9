import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import {
  ErasedSessionsDto,
  ErasureDoneDto,
  ErasureOrdersDto,
  ErasureOrdersQueryDto,
} from '#contracts';
import { ServiceToken } from '../auth/credential.decorators.js';
import { ErasureAnswersService } from '../erasure/orders/erasure-answers.service.js';
import { ErasureOrdersService } from '../erasure/orders/erasure-orders.service.js';
import { apiPath } from '../http/api-path.js';

@ApiTags('avatar')
@ServiceToken()
@Controller(apiPath('avatar/erasures'))
export class ErasuresController {
  constructor(
    private readonly orders: ErasureOrdersService,
    private readonly answers: ErasureAnswersService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Erasures to carry out that are not confirmed yet, the oldest first.' })
  @ApiOkResponse({ type: ErasureOrdersDto })
  list(@Query() query: ErasureOrdersQueryDto): Promise<ErasureOrdersDto> {
    return this.orders.list(query);
  }

  @Post(':erasureId/sessions')
  @HttpCode(200)
  @ApiOperation({ summary: 'Names sessions that an erasure is about: what was said in them goes.' })
  @ApiOkResponse({ type: ErasureDoneDto })
  found(
    @Param('erasureId') erasureId: string,
    @Body() { sessions }: ErasedSessionsDto,
  ): Promise<ErasureDoneDto> {
    return this.answers.found(erasureId, sessions);
  }

  @Post(':erasureId/done')
  @HttpCode(200)
  @ApiOperation({ summary: 'Confirms that nothing is left of what an erasure was about.' })
  @ApiOkResponse({ type: ErasureDoneDto })
  done(@Param('erasureId') erasureId: string): Promise<ErasureDoneDto> {
    return this.answers.confirm(erasureId);
  }
}
