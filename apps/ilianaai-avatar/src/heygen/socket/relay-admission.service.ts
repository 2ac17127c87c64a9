import { Injectable } from '@nestjs/common';
import { SESSION_ID_PATTERN } from '#contracts';
import { noteSession, type RequestContext } from '#platform';
import type { Account } from '../../accounts/account.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { wantsProof } from '../../accounts/judge-access.js';
import type { AccountClaims } from '../http/account-token.js';
import { OriginGuard } from '../../auth/origin.guard.js';
import { Tokens } from '../../auth/tokens.service.js';
import { AvatarError } from '../../errors.js';
import { SessionBox } from '../../sessions/store/session-box.js';
import { isOpen } from '../../sessions/domain/session-states.js';
import { SessionStore } from '../../sessions/store/session-store.service.js';
import type { Session } from '../../sessions/domain/session.js';
import { isBound } from '../../sessions/session-access.js';
import { tokenSessionKey } from '../http/token-session-key.js';
import type { SocketQuery } from './socket-query.js';

/** A socket that may be opened. */
export interface Admission {
  readonly session: Session;
  readonly vendorToken: string;
}

/** Judges a socket before it is one: credential, origin, session. */
@Injectable()
export class RelayAdmission {
  constructor(
    private readonly accounts: AccountsService,
    private readonly origins: OriginGuard,
    private readonly sessions: SessionStore,
    private readonly tokens: Tokens,
    private readonly box: SessionBox,
  ) {}

  /**
   * @param context of the handshake, which is noted to be about the session
   * @throws AvatarError `key_missing`, `token_invalid`, `account_suspended`, `origin_not_allowed`,
   * `invalid_input`, `not_found`, `session_ended`
   */
  async admit(
    query: SocketQuery,
    origin: string | undefined,
    context?: RequestContext,
  ): Promise<Admission> {
    const claims = await this.tokens.verifyAccount(query.token);
    const account = await this.accounts.getById(claims.accountId);
    await this.origins.admitToken(origin, claims);
    const session = await this.sessionOf(query.sessionId, claims, account);
    noteSession(context, session);
    const vendorToken = this.box.openToken(session);
    if (!isOpen(session.state) || session.stop || session.erasedAt || !vendorToken) {
      throw new AvatarError('session_ended');
    }
    return { session, vendorToken };
  }

  private async sessionOf(
    sessionId: string,
    claims: AccountClaims,
    account: Account,
  ): Promise<Session> {
    if (!SESSION_ID_PATTERN.test(sessionId)) throw new AvatarError('not_found');
    const session = await this.sessions.findByVendorId(sessionId, claims.accountId);
    if (session?.vendor !== 'heygen') throw new AvatarError('not_found');
    await this.refuseOtherSession(session, claims, account);
    return session;
  }

  /**
   * A token that has opened a session is good for that one only, and no other one for it, but for
   * another one of its visitor.
   */
  private async refuseOtherSession(
    session: Session,
    claims: AccountClaims,
    account: Account,
  ): Promise<void> {
    const key = tokenSessionKey(claims.tokenId);
    const { tokenId: id, visitorId } = claims;
    if (isBound({ id, visitorId }, session)) return;
    if (session.proved || wantsProof(account)) throw new AvatarError('token_invalid');
    const isOther = session.idempotencyKey?.startsWith(tokenSessionKey('')) ?? false;
    const own = await this.sessions.findByIdempotencyKey(claims.accountId, key);
    if (isOther || own) throw new AvatarError('token_invalid');
  }
}
