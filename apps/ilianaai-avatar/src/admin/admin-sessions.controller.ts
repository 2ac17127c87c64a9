import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '#contracts/description';
import { AdminSessionDto, AdminSessionPageDto, AdminSessionsQueryDto } from '#contracts';
import { Admitted } from '#platform';
import { OperatorToken } from '../auth/caller.js';
import { sessionIdParam } from '../sessions/session-id.pipe.js';
import { AdminSessionsService } from './admin-sessions.service.js';

@ApiTags('operator')
@OperatorToken()
@Controller('api/v1/admin/sessions')
export class AdminSessionsController {
  constructor(private readonly sessions: AdminSessionsService) {}

  @Get()
  @ApiOperation({ summary: 'Live sessions, those that wait for Petya, or those that need you.' })
  @ApiOkResponse({ type: AdminSessionPageDto })
  list(@Query() query: AdminSessionsQueryDto): Promise<AdminSessionPageDto> {
    return this.sessions.list(query);
  }

  @Post(':id/stop')
  @Admitted('first')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a session; its transcript is delivered.' })
  @ApiOkResponse({ type: AdminSessionDto })
  stop(@Param('id', sessionIdParam) id: string): Promise<AdminSessionDto> {
    return this.sessions.stop(id);
  }

  @Post(':id/release')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a parked transcript again.' })
  @ApiOkResponse({ type: AdminSessionDto })
  release(@Param('id', sessionIdParam) id: string): Promise<AdminSessionDto> {
    return this.sessions.release(id);
  }
}
