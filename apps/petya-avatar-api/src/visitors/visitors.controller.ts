import { Body, Controller, Post, UseInterceptors } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { InitVisitorDto, VisitorRefDto } from '#contracts';
import type { Caller } from '../auth/caller.js';
import { CustomerKey } from '../auth/credential.decorators.js';
import { CurrentCaller } from '../auth/current-caller.decorator.js';
import { LimitsVisitors } from '../auth/limits.js';
import { MayRefuse } from '../errors.js';
import { apiPath } from '../http/api-path.js';
import { CreatedOrFoundInterceptor } from '../http/created-or-found.interceptor.js';
import type { Outcome } from '../http/outcome.js';
import { VisitorsService } from './visitors.service.js';

@ApiTags('plugin')
@CustomerKey()
@Controller(apiPath('visitors'))
export class VisitorsController {
  constructor(private readonly visitors: VisitorsService) {}

  @Post('init')
  @LimitsVisitors()
  @UseInterceptors(CreatedOrFoundInterceptor)
  @ApiOperation({
    operationId: 'initVisitor',
    summary: 'Makes a visitor, or notes that a known one was seen again.',
    description:
      '201 for a new one, 200 for one that was there. `visitorToken` comes with a new visitor, to whoever shows a valid one, and to a person with a valid `userHash`. Keep it in the browser.',
  })
  @MayRefuse('user_hash_invalid')
  @ApiCreatedResponse({ type: VisitorRefDto, description: 'It was made.' })
  @ApiOkResponse({ type: VisitorRefDto, description: 'The visitor is known.' })
  init(
    @CurrentCaller() caller: Caller,
    @Body() body: InitVisitorDto,
  ): Promise<Outcome<VisitorRefDto>> {
    return this.visitors.init(caller, body);
  }
}
