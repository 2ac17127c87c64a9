import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '#contracts/description';
import {
  CreateTokenDto,
  type Envelope,
  SessionAckDto,
  SessionTokenDto,
  StartedSessionDto,
  StartSessionDto,
  StopSessionDto,
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
  SessionTokenOrKey,
} from '../auth/caller.js';
import { LimitsTokens } from '../auth/limits.js';
import { MayRefuse, VENDOR_PROBLEMS } from '../errors.js';
import { CallerGone } from './caller-gone.js';
import { ApiEnvelope, envelope } from './envelope.js';
import { IDEMPOTENCY_KEY, IdempotencyKey, idempotencyKey } from './idempotency-key.js';
import { nameOf, shareOf } from './owed-wishes.js';
import { OF_SESSIONS, SessionAccess } from './session-access.js';
import { StartService } from './start.service.js';
import { callerOf } from './stopped-by.js';
import { StopService } from './stop.service.js';
import { TokenService } from './token.service.js';
import { ReadsTraceparent, TraceId } from './trace-id.js';

/** How a session begins and ends. */
@ApiTags('sessions')
@Controller('v1/sessions')
export class SessionsController {
  constructor(
    private readonly tokens: TokenService,
    private readonly starts: StartService,
    private readonly stops: StopService,
    private readonly access: SessionAccess,
    private readonly accounts: AccountsService,
  ) {}

  @Post('token')
  @HttpCode(200)
  @CustomerKey()
  @LimitsTokens()
  @ApiOperation({
    operationId: 'openSession',
    summary: 'Open a session: a token for one visitor, and a slot.',
    description:
      "Nothing is billed yet. Avatar, voice, language and limits are the account's. An earlier session token as `Authorization: Bearer` beside the key in `X-Api-Key` says that the caller had that session: after a reload it gets the same one.",
  })
  @IdempotencyKey()
  @ReadsTraceparent()
  @MayRefuse(
    ...VENDOR_PROBLEMS,
    'avatar_disabled',
    'visitor_token_needed',
    'not_found',
    'idempotency_running',
    'idempotency_mismatch',
    'visitor_has_session',
    'session_ended',
    'account_full',
    'opening_paused',
    'minutes_used_up',
    'avatar_rejected',
    'setting_rejected',
    'voice_agent_unfit',
  )
  @ApiBody({ type: CreateTokenDto, required: false })
  @ApiEnvelope(SessionTokenDto)
  async token(
    @CurrentCaller() caller: Customer,
    @Body() body: CreateTokenDto,
    @CallerGone() gone: AbortSignal,
    @TraceId() traceId: string,
    @Headers(IDEMPOTENCY_KEY) key?: string,
  ): Promise<Envelope<SessionTokenDto>> {
    const more = { idempotencyKey: idempotencyKey(key), traceId, gone };
    return envelope(await this.tokens.open(caller, body, more));
  }

  @Post('start')
  @Admitted('second')
  @SessionToken()
  @ApiOperation({
    operationId: 'startSession',
    summary: 'Start it: from here on the vendor charges.',
    description:
      'Answers what the browser needs to join the media room. A second call with the same token answers the same; a start that failed has used its token up.',
  })
  @MayRefuse(
    ...VENDOR_PROBLEMS,
    'avatar_disabled',
    'not_found',
    'session_ended',
    'session_started_elsewhere',
    'minutes_used_up',
    'start_unresolved',
  )
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
  @ApiOperation({
    operationId: 'stopSession',
    summary: 'End it; any number of times.',
    description:
      'Answered once the wish is stored: the session ends, whatever becomes of the caller. The transcript is delivered afterwards.',
  })
  @MayRefuse(...OF_SESSIONS)
  @ApiBody({ type: StopSessionDto, required: false })
  @ApiEnvelope(SessionAckDto)
  async stop(
    @CurrentCaller() caller: Caller,
    @Body() body: StopSessionDto,
  ): Promise<Envelope<SessionAckDto>> {
    const id = body.session_id;
    const find = () => this.access.getToChange(caller, id, 'unproved');
    const wanted = { what: `${id} by ${nameOf(caller)}`, share: shareOf(caller) };
    const wish = { reason: 'visitor_ended', by: callerOf(caller) } as const;
    const session = await this.stops.stopFound(wanted, find, wish);
    return envelope({ session_id: session.vendorSessionId });
  }
}
