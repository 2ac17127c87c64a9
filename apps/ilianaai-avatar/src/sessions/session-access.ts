import { Injectable } from '@nestjs/common';
import { noteSession } from '#platform';
import { wantsProof } from '../accounts/judge-access.js';
import { VisitorAccess } from '../accounts/visitor-access.service.js';
import { type Caller, type Customer, isServer } from '../auth/caller.js';
import type { SessionClaims } from '../auth/session-token.js';
import { AvatarError, type AvatarErrorCode, noSession } from '../errors.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { markSeen } from './domain/session-moves.js';
import { isOpen } from './domain/session-states.js';
import { visitorGoneAt } from './domain/session-timing.js';
import { SessionStore } from './store/session-store.service.js';
import {
  isAtVendor,
  type Session,
  type SessionAtVendor,
  type SessionKey,
} from './domain/session.js';
import { tokenSessionKey } from '../heygen/http/token-session-key.js';

/**
 * What the key of a page opens by a session's id: nothing, or what an integration without tokens
 * needs, for sessions whose id alone makes them somebody's.
 */
export type ByKey = 'nothing' | 'unproved';

/** What a request about one session may be refused by, beside its credential. */
export const OF_SESSIONS = [
  'not_found',
  'session_token_needed',
  'session_started_elsewhere',
  'session_ended',
] as const satisfies readonly AvatarErrorCode[];

/** Finds the session that a request is about, and only for whoever it belongs to. */
@Injectable()
export class SessionAccess {
  constructor(
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
    private readonly visitors: VisitorAccess,
  ) {}

  /**
   * @param vendorSessionId the id in the request; a session token names its session by itself
   * @throws AvatarError `not_found` also for another account's session, `token_invalid` for a token
   * of another session, `session_started_elsewhere` where another party has started it,
   * `session_token_needed` where a key does not do, `invalid_input` where one comes without an id
   */
  get(
    caller: Caller,
    vendorSessionId: string | undefined,
    byKey: ByKey = 'nothing',
  ): Promise<SessionAtVendor> {
    return this.find(caller, vendorSessionId, byKey, {
      byToken: (key) => this.sessions.find(key),
      byKey: (id, accountId) => this.sessions.findByVendorId(id, accountId),
    });
  }

  /**
   * As `get`, for calls that begin with a change of the record: it may be a guess, which the change
   * itself holds against the record (`SessionStore.findToChange`).
   */
  getToChange(
    caller: Caller,
    vendorSessionId: string | undefined,
    byKey: ByKey = 'nothing',
  ): Promise<SessionAtVendor> {
    return this.find(caller, vendorSessionId, byKey, {
      byToken: (key) => this.sessions.findToChange(key),
      byKey: (id, accountId) => this.sessions.findByVendorIdToChange(id, accountId),
    });
  }

  /** As `get`; the call also says that the visitor is there, which cancels its leaving. */
  async getAndTouch(
    caller: Caller,
    vendorSessionId: string | undefined,
    byKey: ByKey = 'nothing',
  ): Promise<SessionAtVendor> {
    const now = this.clock.now();
    const session = await this.get(caller, vendorSessionId, byKey);
    return caller.kind === 'session' ? this.touch(session, now) : session;
  }

  /**
   * A call or a frame says that the visitor is there, which cancels its leaving.
   * @param at when it came
   */
  async touch<S extends Session>(session: S, at = this.clock.now()): Promise<S> {
    if (!isBack(session, at)) return session;
    const back = await this.sessions.change(session, (current) =>
      isOpen(current.state) ? markSeen(current, at) : null,
    );
    return back ?? session;
  }

  private async find(
    caller: Caller,
    vendorSessionId: string | undefined,
    byKey: ByKey,
    lookUps: LookUps,
  ): Promise<SessionAtVendor> {
    if (caller.kind === 'session') {
      const key = keyOf(caller, vendorSessionId);
      const found = present(await lookUps.byToken(key));
      noteSession(caller.context, found);
      return this.heldBy(caller.claims, found);
    }
    const id = needed(vendorSessionId);
    // Before it is looked for: the answer tells nothing of it.
    if (byKey === 'nothing' && !isServer(caller)) throw new AvatarError('session_token_needed');
    const session = present(await lookUps.byKey(id, caller.account.accountId));
    if (session.proved || wantsProof(caller.account)) await this.refuseStranger(caller, session);
    noteSession(caller.context, session);
    return session;
  }

  /**
   * A session that was given to two parties is that one's which has started it, and no other's any more.
   * @throws AvatarError `session_started_elsewhere`
   */
  private async heldBy({ grant }: SessionClaims, found: SessionAtVendor): Promise<SessionAtVendor> {
    // What was guessed may not know yet of a start elsewhere; the first party has nothing to fear.
    const isOpenQuestion = found.startedBy === null && found.grant !== grant;
    const session = isOpenQuestion ? present(await this.sessions.find(found)) : found;
    const { startedBy } = session;
    if (startedBy === null || startedBy === grant) return session;
    throw new AvatarError('session_started_elsewhere');
  }

  /** @throws AvatarError `session_token_needed` for whoever does not show that it is its visitor */
  private async refuseStranger(caller: Customer, session: Session): Promise<void> {
    if (isServer(caller) || isBound(caller.token, session)) return;
    const { account, visitorToken } = caller;
    if (visitorToken === null) throw new AvatarError('session_token_needed');
    const named = { visitorId: null, conversationId: null, visitorToken };
    const { visitorId } = await this.visitors.judge(account, named);
    if (visitorId !== session.visitorId) throw new AvatarError('session_token_needed');
  }
}

/** Whether a token of the account has opened a session, or was given to its visitor. */
export function isBound(
  token: Pick<NonNullable<Customer['token']>, 'id' | 'visitorId'> | undefined,
  session: Session,
): boolean {
  if (token === undefined) return false;
  if (session.idempotencyKey === tokenSessionKey(token.id)) return true;
  return session.proved && token.visitorId === session.visitorId;
}

/** Whether somebody who counted as gone is there again. */
function isBack(session: Session, at: Date): boolean {
  const goneAt = visitorGoneAt(session);
  return goneAt !== null && goneAt <= at;
}

/** @throws AvatarError `not_found` */
function present(session: Session | null): SessionAtVendor {
  if (!session || !isAtVendor(session)) throw noSession();
  // Nobody is told anything of what is being erased.
  if (session.erasedAt) throw new AvatarError('session_ended');
  return session;
}

/** How a session is found for either kind of caller. */
interface LookUps {
  byToken(key: SessionKey): Promise<Session | null>;
  byKey(vendorSessionId: string, accountId: string): Promise<Session | null>;
}

/** @throws AvatarError `invalid_input` */
function needed(vendorSessionId: string | undefined): string {
  if (vendorSessionId !== undefined) return vendorSessionId;
  const errors = [{ pointer: '/session_id', message: 'is needed with an API key' }];
  throw new AvatarError('invalid_input', { errors });
}

/** @throws AvatarError `token_invalid` where the request names another session than its token */
function keyOf(
  { claims }: Extract<Caller, { kind: 'session' }>,
  vendorSessionId: string | undefined,
): SessionKey {
  if (vendorSessionId !== undefined && vendorSessionId !== claims.vendorSessionId) {
    const reason = 'This token is of another session than the session_id that the request names.';
    throw new AvatarError('token_invalid', { params: { reason } });
  }
  return { id: claims.sessionId, accountId: claims.accountId };
}
