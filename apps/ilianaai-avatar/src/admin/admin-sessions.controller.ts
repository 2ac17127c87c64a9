import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '#contracts/description';
import { AdminSessionDto, AdminSessionPageDto, AdminSessionsQueryDto } from '#contracts';
import { Admitted, type RequestContext, RequestNotes } from '#platform';
import { OperatorName } from '#platform';
import { OperatorToken } from '../auth/caller.js';
import { MayRefuse } from '../errors.js';
import { sessionIdParam } from '../sessions/session-id.pipe.js';
import { AdminSessionsService } from './admin-sessions.service.js';

const OWN_ID = { name: 'id', description: 'Our own id of the record, as the list has it.' };

@ApiTags('operator')
@OperatorToken()
@Controller('api/v1/admin/sessions')
export class AdminSessionsController {
  constructor(private readonly sessions: AdminSessionsService) {}

  @Get()
  @ApiOperation({
    operationId: 'listSessions',
    summary: 'Live sessions, those that wait for Petya, or those that need you.',
    description: 'Of all accounts, the oldest first, page by page. Nothing of what was said.',
  })
  @ApiOkResponse({ type: AdminSessionPageDto })
  list(@Query() query: AdminSessionsQueryDto): Promise<AdminSessionPageDto> {
    return this.sessions.list(query);
  }

  @Post(':id/stop')
  @Admitted('first')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'stopAnySession',
    summary: 'End a session; its transcript is delivered.',
    description: 'Its end reason is `operator`. May be repeated.',
  })
  @ApiParam(OWN_ID)
  @MayRefuse('not_found')
  @ApiOkResponse({ type: AdminSessionDto })
  stop(
    @Param('id', sessionIdParam) id: string,
    @OperatorName() name: string | null,
    @RequestNotes() notes: RequestContext,
  ): Promise<AdminSessionDto> {
    return this.sessions.stop(id, name, notes);
  }

  @Post(':id/release')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'releaseSession',
    summary: 'Send a parked transcript again.',
    description: 'For a transcript that Petya has refused, once the cause is mended.',
  })
  @ApiParam(OWN_ID)
  @MayRefuse('not_found', 'not_parked')
  @ApiOkResponse({ type: AdminSessionDto })
  release(
    @Param('id', sessionIdParam) id: string,
    @RequestNotes() notes: RequestContext,
  ): Promise<AdminSessionDto> {
    return this.sessions.release(id, notes);
  }

  @Post(':id/redeliver')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'redeliverSession',
    summary: 'Deliver a transcript that Petya has once more.',
    description:
      'As a version of its own, which Petya takes in the place of the one before. May be repeated. Not once what was said has gone here.',
  })
  @ApiParam(OWN_ID)
  @MayRefuse('not_found', 'not_delivered', 'turns_gone')
  @ApiOkResponse({ type: AdminSessionDto })
  redeliver(
    @Param('id', sessionIdParam) id: string,
    @RequestNotes() notes: RequestContext,
  ): Promise<AdminSessionDto> {
    return this.sessions.redeliver(id, notes);
  }
}
