import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '#contracts/description';
import {
  type Envelope,
  KeepAliveDto,
  SessionAckDto,
  SessionViewDto,
  TranscriptViewDto,
} from '#contracts';
import { Admitted } from '#platform';
import {
  type Caller,
  CurrentCaller,
  SessionTokenInBody,
  SessionTokenOrKey,
} from '../auth/caller.js';
import { Departures } from './departures.js';
import { ApiEnvelope, envelope } from './envelope.js';
import { nameOf } from './owed-wishes.js';
import { SessionAccess } from './session-access.js';
import { sessionIdParam } from './session-id.pipe.js';
import { SessionsService } from './sessions.service.js';

/** What a visitor does with a session in between: is there, goes, looks at it. */
@ApiTags('sessions')
@Controller('v1/sessions')
export class VisitsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly departures: Departures,
    private readonly access: SessionAccess,
  ) {}

  @Post('keep-alive')
  @Admitted('first')
  @HttpCode(200)
  @SessionTokenOrKey()
  @ApiOperation({ summary: 'Say that the visitor is there, and when it says so again.' })
  @ApiBody({ type: KeepAliveDto, required: false })
  @ApiEnvelope(SessionAckDto)
  async keepAlive(
    @CurrentCaller() caller: Caller,
    @Body() body: KeepAliveDto,
  ): Promise<Envelope<SessionAckDto>> {
    const find = () => this.access.getToChange(caller, body.session_id);
    return envelope(await this.sessions.keepAlive(find, body));
  }

  @Post('leave')
  @Admitted('first')
  @HttpCode(202)
  @SessionTokenInBody()
  @ApiOperation({ summary: 'For navigator.sendBeacon: the body is the session token.' })
  @ApiConsumes('text/plain')
  @ApiBody({ schema: { type: 'string' }, required: true })
  @ApiEnvelope(SessionAckDto, 202)
  async leave(@CurrentCaller() caller: Caller): Promise<Envelope<SessionAckDto>> {
    const find = () => this.access.getToChange(caller, undefined);
    const { vendorSessionId } = await this.departures.leave(nameOf(caller), find);
    return envelope({ session_id: vendorSessionId });
  }

  @Get(':session_id')
  @SessionTokenOrKey()
  @ApiOperation({ summary: 'Our own record of the session.' })
  @ApiEnvelope(SessionViewDto)
  async view(
    @CurrentCaller() caller: Caller,
    @Param('session_id', sessionIdParam) id: string,
  ): Promise<Envelope<SessionViewDto>> {
    return envelope(await this.sessions.view(await this.access.getAndTouch(caller, id)));
  }

  @Get(':session_id/transcript')
  @SessionTokenOrKey()
  @ApiOperation({ summary: 'What was said so far, from all sources.' })
  @ApiEnvelope(TranscriptViewDto)
  async transcript(
    @CurrentCaller() caller: Caller,
    @Param('session_id', sessionIdParam) id: string,
  ): Promise<Envelope<TranscriptViewDto>> {
    return envelope(await this.sessions.transcript(await this.access.getAndTouch(caller, id)));
  }
}
