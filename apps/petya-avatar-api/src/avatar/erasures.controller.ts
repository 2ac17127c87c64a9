import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { ErasureDoneDto, ErasureOrdersDto, ErasureOrdersQueryDto } from '#contracts';
import { ServiceToken } from '../auth/credential.decorators.js';
import { ErasureOrdersService } from '../erasure/erasure-orders.service.js';
import { apiPath } from '../http/api-path.js';

@ApiTags('avatar')
@ServiceToken()
@Controller(apiPath('avatar/erasures'))
export class ErasuresController {
  constructor(private readonly orders: ErasureOrdersService) {}

  @Get()
  @ApiOperation({ summary: 'Erasures to carry out that are not confirmed yet, the oldest first.' })
  @ApiOkResponse({ type: ErasureOrdersDto })
  list(@Query() query: ErasureOrdersQueryDto): Promise<ErasureOrdersDto> {
    return this.orders.list(query);
  }

  @Post(':erasureId/done')
  @HttpCode(200)
  @ApiOperation({ summary: 'Confirms that nothing is left of what an erasure was about.' })
  @ApiOkResponse({ type: ErasureDoneDto })
  done(@Param('erasureId') erasureId: string): Promise<ErasureDoneDto> {
    return this.orders.confirm(erasureId);
  }
}
