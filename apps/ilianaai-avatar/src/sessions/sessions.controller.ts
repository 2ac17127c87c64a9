import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiTags } from '#contracts/description';
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
import { CallerGone } from './caller-gone.js';
import { ApiEnvelope, envelope } from './envelope.js';
import { IDEMPOTENCY_KEY_PATTERN, idempotencyKey } from './idempotency-key.js';
import { nameOf, shareOf } from './owed-wishes.js';
import { SessionAccess } from './session-access.js';
import { StartService } from './start.service.js';
import { StopService } from './stop.service.js';
import { TokenService } from './token.service.js';

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
}
