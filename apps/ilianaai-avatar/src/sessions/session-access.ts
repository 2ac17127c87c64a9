import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/caller.js';
import { AvatarError } from '../errors.js';
import { DatabaseClock } from '../session-record/database-clock.js';
import { seen } from '../session-record/session-moves.js';
import { visitorGoneAt } from '../session-record/session-timing.js';
import { SessionStore } from '../session-record/session-store.service.js';
import type { Session, SessionKey } from '../session-record/session.js';

/** Finds the session that a request is about, and only for whoever it belongs to. */
@Injectable()
export class SessionAccess {
  constructor(
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * @param vendorSessionId the id in the request; a session token names its session by itself
   * @throws AvatarError `not_found` also for another account's session, `token_invalid` for a token
   * of another session, `invalid_input` where a customer key comes without an id
   */
  get(caller: Caller, vendorSessionId: string | undefined): Promise<Session> {
    return this.find(caller, vendorSessionId, {
      byToken: (key) => this.sessions.find(key),
      byKey: (id, accountId) => this.sessions.findByVendorId(id, accountId),
    });
  }

  /**
   * As `get`, for calls that begin with a change of the record: it may be a guess, which the change
   * itself holds against the record (`SessionStore.guess`).
   */
  getToChange(caller: Caller, vendorSessionId: string | undefined): Promise<Session> {
    return this.find(caller, vendorSessionId, {
      byToken: (key) => this.sessions.guess(key),
      byKey: (id, accountId) => this.sessions.guessByVendorId(id, accountId),
    });
  }

  /** As `get`; the call also says that the visitor is there, which cancels its leaving. */
  async getAndTouch(caller: Caller, vendorSessionId: string | undefined): Promise<Session> {
    const session = await this.get(caller, vendorSessionId);
    const now = this.clock.now();
    const goneAt = visitorGoneAt(session);
    if (caller.kind !== 'session' || !goneAt || goneAt.getTime() > now.getTime()) return session;
    const back = await this.sessions.change(session, (current) =>
      current.state === 'active' || current.state === 'starting' ? seen(current, now) : null,
    );
    return back ?? session;
  }

  private async find(
    caller: Caller,
    vendorSessionId: string | undefined,
    { byToken, byKey }: LookUps,
  ): Promise<Session> {
    const session =
      caller.kind === 'session'
        ? await byToken(keyOf(caller, vendorSessionId))
        : await byKey(needed(vendorSessionId), caller.account.accountId);
    if (!session) throw new AvatarError('not_found');
    return session;
  }
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
    throw new AvatarError('token_invalid');
  }
  return { id: claims.sessionId, accountId: claims.accountId };
}
