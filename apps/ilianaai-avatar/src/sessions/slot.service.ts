import { Injectable } from '@nestjs/common';
import { DEFAULT_SAME_VISITOR } from '#contracts';
import type { Account } from '../accounts/account.js';
import type { Customer } from '../auth/caller.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import type { VendorName } from '../vendors/vendor.js';
import { DatabaseClock } from '../session-record/database-clock.js';
import { OneAtATime } from '../session-record/one-at-a-time.js';
import { type InsertRefusal, SessionStore } from '../session-record/session-store.service.js';
import type { Session } from '../session-record/session.js';
import { freeSlot, newSession, type OpenRequest, requestHash } from './new-session.js';
import { type Encounter, meetSameVisitor } from './same-visitor.js';
import { StopService } from './stop.service.js';

/** Rounds of looking for a free slot while others take them: each round somebody gets one. */
const MAX_ROUNDS = 10;

/** How long a caller waits before a slot may have become free. */
const FULL_RETRY_SECONDS = 5;

/** Who wants a slot, and for what. */
export interface SlotRequest {
  readonly vendor: VendorName;
  readonly caller: Customer;
  readonly request: OpenRequest;
  /** The same key with the same request gives the same session. */
  readonly idempotencyKey: string | null;
}

/** What a request meets among its account's live sessions. */
type Finding =
  | Exclude<Encounter, { kind: 'none' }>
  | { readonly kind: 'free'; readonly slot: number }
  | { readonly kind: 'full' };

/** Gives out an account's slots: who inserts a record with a free one has it. */
@Injectable()
export class SlotService {
  private readonly turns = new OneAtATime();

  constructor(
    private readonly config: AvatarConfig,
    private readonly sessions: SessionStore,
    private readonly stops: StopService,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * Who finds slots but is never the first to take one waits for its turn to look for one.
   * @returns the record that was inserted, or the session that this request asks for once more
   * @throws AvatarError `account_full`, `idempotency_running`, `idempotency_mismatch`,
   * `visitor_has_session`
   */
  async take(wanted: SlotRequest): Promise<Session> {
    const { account } = wanted.caller;
    const taken =
      (await this.tryToTake(wanted)) ??
      (await this.turns.run(account.accountId, () => this.tryToTake(wanted)));
    if (!taken) throw full(account);
    return taken;
  }

  /** Null when others were faster in every round. */
  private async tryToTake(wanted: SlotRequest): Promise<Session | null> {
    const { account } = wanted.caller;
    let refusal: InsertRefusal | null = null;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const found = this.lookAround(wanted, await this.sessions.listLive(account.accountId));
      // A record that is inserted is refused where its key stands; whatever else is done asks first.
      if (found.kind !== 'free' || refusal === 'idempotency') {
        const first = await this.findFirst(wanted);
        if (first) return judgeRepeat(first, wanted.request);
      }
      if (found.kind === 'full') throw full(account);
      if (found.kind === 'refuse') throw new AvatarError('visitor_has_session');
      if (found.kind === 'reuse') return found.session;
      if (found.kind === 'replace') {
        await this.stops.stop(found.session, 'replaced');
        continue;
      }
      const session = this.draft(wanted, found.slot);
      refusal = await this.sessions.insert(session);
      if (refusal === null) return session;
    }
    return null;
  }

  private lookAround({ vendor, caller, request }: SlotRequest, live: readonly Session[]): Finding {
    const { limits, sameVisitor = DEFAULT_SAME_VISITOR } = caller.account;
    const atVendor = live.filter((session) => session.vendor === vendor);
    const encounter = meetSameVisitor(atVendor, request, sameVisitor);
    if (encounter.kind !== 'none') return encounter;
    const slot = freeSlot(live, limits.maxConcurrentSessions);
    return slot === null ? { kind: 'full' } : { kind: 'free', slot };
  }

  /** The session that an earlier request with the same key opened. */
  private async findFirst({ caller, idempotencyKey }: SlotRequest): Promise<Session | null> {
    if (idempotencyKey === null) return null;
    return this.sessions.findByIdempotencyKey(caller.account.accountId, idempotencyKey);
  }

  private draft({ caller, ...wanted }: SlotRequest, slot: number): Session {
    const { account, origin } = caller;
    const { maxSessionSeconds } = this.config.budgets;
    return newSession({
      vendor: wanted.vendor,
      account,
      origin,
      request: wanted.request,
      idempotencyKey: wanted.idempotencyKey,
      slot,
      maxSessionSeconds,
      now: this.clock.now(),
    });
  }
}

/** @throws AvatarError `idempotency_mismatch`, `idempotency_running` */
function judgeRepeat(first: Session, request: OpenRequest): Session {
  if (first.idempotencyHash !== requestHash(request)) throw new AvatarError('idempotency_mismatch');
  if (first.state === 'creating') {
    throw new AvatarError('idempotency_running', { retryAfterSeconds: 1 });
  }
  return first;
}

function full(account: Account): AvatarError {
  return new AvatarError('account_full', {
    params: { count: String(account.limits.maxConcurrentSessions) },
    retryAfterSeconds: FULL_RETRY_SECONDS,
  });
}
