import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { LifeQueryDto, LivesDto } from '#contracts';
import { type RequestContext, RequestNotes } from '#platform';
import { OperatorToken } from '../auth/caller.js';
import { MayRefuse } from '../errors.js';
import { LifeService } from './life.service.js';

@ApiTags('operator')
@OperatorToken()
@Controller('api/v1/admin/life')
export class AdminLifeController {
  constructor(private readonly lives: LifeService) {}

  @Get()
  @ApiOperation({
    operationId: 'findLives',
    summary: "A session's whole life, by any of its ids.",
    description:
      'When it came into each state, who ended it and why, who works on it, what is done next, and where reading, delivery and bill stand. Of any state, and nothing of what was said. A conversation or a trace may have several sessions.',
  })
  @MayRefuse('not_found')
  @ApiOkResponse({ type: LivesDto })
  find(@Query() { id }: LifeQueryDto, @RequestNotes() notes: RequestContext): Promise<LivesDto> {
    return this.lives.find(id, notes);
  }
}
