import { Injectable } from '@nestjs/common';
import type { CreateTokenDto, SessionTokenDto } from '#contracts';
import { refuseDisabled } from '../accounts/accounts.service.js';
import { VisitorAccess } from '../accounts/visitor-access.service.js';
import type { Customer } from '../auth/caller.js';
import { Tokens } from '../auth/tokens.service.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';
import { choiceOf, visitorVariables, warningsOf, withVariables } from './session-options.js';
import { type Opening, SessionOpener } from './session-opener.js';
import { later } from './domain/session-timing.js';
import type { Taken } from './slot.service.js';

/** A token still names its session for so long after the session's longest time, to ask about it. */
const TOKEN_AFTERLIFE_SECONDS = 3600;

/** What a token request says beside its body. */
export interface BesideBody extends Pick<Opening, 'traceId' | 'gone'> {
  /** The same key with the same body gives the same session and token. */
  readonly idempotencyKey: string | null;
}

/** Opens LiveAvatar sessions and answers each with a token of ours. */
@Injectable()
export class TokenService {
  constructor(
    private readonly config: AvatarConfig,
    private readonly opener: SessionOpener,
    private readonly vendors: VendorRegistry,
    private readonly access: VisitorAccess,
    private readonly tokens: Tokens,
  ) {}

  /**
   * @throws AvatarError `avatar_disabled`, `invalid_input`, and as `VisitorAccess.judge` and `SessionOpener.open`
   */
  async open(
    caller: Customer,
    request: CreateTokenDto,
    { idempotencyKey, traceId, gone }: BesideBody,
  ): Promise<SessionTokenDto> {
    const { account, visitorToken } = caller;
    refuseDisabled(account);
    const { visitor_id: visitorId = null, conversation_id: conversationId = null } = request;
    const variables = visitorVariables(account, request.variables);
    const chosen = choiceOf(variables);
    // Keyed, since the record keeps what it is made of: what a page told stays in none.
    const choice = chosen && this.tokens.nameOf(chosen);
    const standing = await this.access.judge(account, { visitorId, conversationId, visitorToken });
    const vendor = 'liveavatar';
    const taken = await this.opener.open({
      vendor,
      caller,
      request: { ...request, ...(choice === undefined ? {} : { choice }) },
      standing,
      idempotencyKey,
      traceId,
      create: (settings) =>
        this.vendors.of({ vendor }).create(withVariables(settings, variables), account.accountId),
      ...(gone ? { gone } : {}),
    });
    return this.answer(taken, caller.origin);
  }

  private async answer({ session, grant }: Taken, origin: string | null): Promise<SessionTokenDto> {
    const { vendorSessionId } = session;
    if (vendorSessionId === null) throw new AvatarError('session_ended');
    const { noShowSeconds } = this.config.budgets;
    const seconds = noShowSeconds + session.config.maxSessionSeconds + TOKEN_AFTERLIFE_SECONDS;
    const session_token = await this.tokens.signSession({
      sessionId: session.id,
      vendorSessionId,
      accountId: session.accountId,
      origin,
      grant,
      expiresAt: later(session.offeredAt, seconds),
    });
    const warnings = warningsOf(session.config, this.config.liveAvatar);
    return { session_id: vendorSessionId, session_token, ...(warnings ? { warnings } : {}) };
  }
}
