import { Body, Controller, Get, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiTags } from '#contracts/description';
import {
  CreateTokenDto,
  type Envelope,
  KeepAliveDto,
  SessionAckDto,
  SessionTokenDto,
  SessionViewDto,
  StartedSessionDto,
  StartSessionDto,
  StopSessionDto,
  TranscriptViewDto,
} from '#contracts';
import { Admitted } from '#platform';
import { AccountsService } from '../accounts/accounts.service.js';
import {
  type Caller,
  CurrentCaller,
  type Customer,
  CustomerKey,
  type SessionHolder,
  SessionToken,
  SessionTokenInBody,
  SessionTokenOrKey,
} from '../auth/caller.js';
import { LimitsTokens } from '../auth/limits.js';
import { CallerGone } from './caller-gone.js';
import { Departures } from './departures.js';
import { ApiEnvelope, envelope } from './envelope.js';
import { IDEMPOTENCY_KEY_PATTERN, idempotencyKey } from './idempotency-key.js';
import { nameOf, shareOf } from './owed-wishes.js';
import { SessionAccess } from './session-access.js';
import { sessionIdParam } from './session-id.pipe.js';
import { SessionsService } from './sessions.service.js';
import { StartService } from './start.service.js';
import { StopService } from './stop.service.js';
import { TokenService } from './token.service.js';

@ApiTags('sessions')
@Controller('v1/sessions')
export class SessionsController {
  constructor(
    private readonly tokens: TokenService,
    private readonly starts: StartService,
    private readonly stops: StopService,
    private readonly sessions: SessionsService,
    private readonly departures: Departures,
    private readonly access: SessionAccess,
    private readonly accounts: AccountsService,
  ) {}

  @Post('token')
  @HttpCode(200)
  @CustomerKey()
  @LimitsTokens()
  @ApiOperation({ summary: 'Open a session: a token for one visitor, and a slot.' })
  @ApiHeader({
    name: 'idempotency-key',
    required: false,
    schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN.source },
  })
  @ApiBody({ type: CreateTokenDto, required: false })
  @ApiEnvelope(SessionTokenDto)
  async token(
    @CurrentCaller() caller: Customer,
    @Body() body: CreateTokenDto,
    @CallerGone() gone: AbortSignal,
    @Headers('idempotency-key') key?: string,
  ): Promise<Envelope<SessionTokenDto>> {
    return envelope(await this.tokens.open(caller, body, idempotencyKey(key), gone));
  }

  @Post('start')
  @Admitted('second')
  @SessionToken()
  @ApiOperation({ summary: 'Start it: from here on the vendor charges.' })
  @ApiBody({ type: StartSessionDto, required: false })
  @ApiEnvelope(StartedSessionDto, 201)
  async start(
    @CurrentCaller() caller: SessionHolder,
    @Body() body: StartSessionDto,
    @CallerGone() gone: AbortSignal,
  ): Promise<Envelope<StartedSessionDto>> {
    const session = await this.access.getToChange(caller, body.session_id);
    await this.accounts.refuseBarred(session.accountId);
    return envelope(await this.starts.start(session, caller.claims.grant, gone));
  }

  @Post('stop')
  @Admitted('first')
  @HttpCode(200)
  @SessionTokenOrKey()
  @ApiOperation({ summary: 'End it; any number of times.' })
  @ApiBody({ type: StopSessionDto, required: false })
  @ApiEnvelope(SessionAckDto)
  async stop(
    @CurrentCaller() caller: Caller,
    @Body() body: StopSessionDto,
  ): Promise<Envelope<SessionAckDto>> {
    const id = body.session_id;
    const find = () => this.access.getToChange(caller, id, 'unproved');
    const wanted = { what: `${id} by ${nameOf(caller)}`, share: shareOf(caller) };
    const session = await this.stops.stopFound(wanted, find, 'visitor_ended');
    return envelope({ session_id: session.vendorSessionId });
  }

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
