import { Injectable } from '@nestjs/common';
import { DEFAULT_SAME_VISITOR } from '#contracts';
import { type AppError, newId, rateLimited, tooMany } from '#platform';
import type { Account } from '../accounts/account.js';
import type { Standing } from '../accounts/judge-access.js';
import type { Customer } from '../auth/caller.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import { noShowAt } from '../session-record/session-timing.js';
import type { VendorName } from '../vendors/vendor.js';
import { DatabaseClock } from '../session-record/database-clock.js';
import { OneAtATime } from '../session-record/one-at-a-time.js';
import { type InsertRefusal, SessionStore } from '../session-record/session-store.service.js';
import type { Session } from '../session-record/session.js';
import { freeSlot, newSession, type OpenRequest, requestHash } from './new-session.js';
import { type Asker, type Encounter, meetSameVisitor } from './same-visitor.js';
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
  /** Whom it is for, as far as that is proved. */
  readonly standing: Standing;
  /** The same key with the same request gives the same session. */
  readonly idempotencyKey: string | null;
}

/** What a request meets among its account's live sessions. */
type Finding =
  | Exclude<Encounter, { kind: 'none' }>
  | { readonly kind: 'free'; readonly slot: number }
  | { readonly kind: 'full' }
  /** Its address has as many unstarted ones as it may; one of them is given up then. */
  | { readonly kind: 'crowded'; readonly until: Date };

/** A session for whoever asked, and the grant of its token. */
export interface Taken {
  readonly session: Session;
  readonly grant: string;
}

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
   * `visitor_has_session`, `rate_limited`
   */
  async take(wanted: SlotRequest): Promise<Taken> {
    const { account } = wanted.caller;
    const taken =
      (await this.tryToTake(wanted)) ??
      (await this.turns.run(account.accountId, () => this.tryToTake(wanted)));
    if (!taken) throw full(account);
    return taken;
  }

  /** Null when others were faster in every round. */
  private async tryToTake(wanted: SlotRequest): Promise<Taken | null> {
    const { account } = wanted.caller;
    let refusal: InsertRefusal | null = null;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const found = this.lookAround(wanted, await this.sessions.listLive(account.accountId));
      // A record that is inserted is refused where its key stands; whatever else is done asks first.
      if (found.kind !== 'free' || refusal === 'idempotency') {
        const first = await this.findFirst(wanted);
        if (first) return this.giveFirst(first, wanted);
      }
      if (found.kind === 'full') throw full(account);
      if (found.kind === 'refuse') throw new AvatarError('visitor_has_session');
      if (found.kind === 'crowded') throw this.crowded(found.until);
      if (found.kind === 'again') {
        const session = await this.offer(found.session);
        if (session) return { session, grant: found.grant ?? newId() };
        continue;
      }
      if (found.kind === 'replace') {
        await this.stops.stop(found.session, 'replaced');
        continue;
      }
      const session = this.draft(wanted, found.slot);
      refusal = await this.sessions.insert(session);
      if (refusal === null) return { session, grant: session.grant };
    }
    return null;
  }

  private lookAround(wanted: SlotRequest, live: readonly Session[]): Finding {
    const { vendor, caller } = wanted;
    const { limits, sameVisitor = DEFAULT_SAME_VISITOR } = caller.account;
    const atVendor = live.filter((session) => session.vendor === vendor);
    const encounter = meetSameVisitor(atVendor, askerOf(wanted), sameVisitor);
    if (encounter.kind !== 'none') return encounter;
    const slot = freeSlot(live, limits.maxConcurrentSessions);
    if (slot === null) return { kind: 'full' };
    const until = this.crowdedUntil(caller.opener, live);
    return until === null ? { kind: 'free', slot } : { kind: 'crowded', until };
  }

  /** Null while an address may open another one; all who come at once want the same slot. */
  private crowdedUntil(opener: string | null, live: readonly Session[]): Date | null {
    const { unstartedPerAddress, budgets } = this.config;
    if (unstartedPerAddress === 0 || opener === null) return null;
    const unstarted = live.filter(
      (each) => each.opener === opener && (each.state === 'creating' || each.state === 'created'),
    );
    if (unstarted.length < unstartedPerAddress) return null;
    const ends = unstarted.map((each) => noShowAt(each, budgets).getTime());
    return new Date(Math.min(...ends));
  }

  private crowded(until: Date): AppError {
    const waitMs = until.getTime() - this.clock.now().getTime();
    return rateLimited(tooMany.unstarted, Math.max(1, waitMs / 1000));
  }

  /**
   * Whoever is given an unstarted session has the whole time to start it.
   * @returns null when somebody has started it, or it was given up, in between
   */
  private async offer(session: Session): Promise<Session | null> {
    if (session.state !== 'created') return session;
    return this.sessions.change(session, (current) =>
      current.state === 'created' && !current.stop ? { offeredAt: this.clock.now() } : null,
    );
  }

  private async giveFirst(first: Session, wanted: SlotRequest): Promise<Taken> {
    judgeRepeat(first, wanted);
    return { session: (await this.offer(first)) ?? first, grant: first.grant };
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
      standing: wanted.standing,
      opener: caller.opener,
      idempotencyKey: wanted.idempotencyKey,
      slot,
      maxSessionSeconds,
      now: this.clock.now(),
    });
  }
}

/** @throws AvatarError `idempotency_mismatch`, `idempotency_running` */
function judgeRepeat(first: Session, { vendor, request, standing }: SlotRequest): void {
  const isSameVisitor = standing.visitorId === (first.proved ? first.visitorId : null);
  const isSame = isSameVisitor && first.vendor === vendor;
  if (!isSame || first.idempotencyHash !== requestHash(request)) {
    throw new AvatarError('idempotency_mismatch');
  }
  if (first.state === 'creating') {
    throw new AvatarError('idempotency_running', { retryAfterSeconds: 1 });
  }
}

function askerOf({ caller, request, standing }: SlotRequest): Asker {
  const { conversation_id = null, visitor_id = null } = request;
  return {
    conversationId: conversation_id,
    visitorId: standing.visitorId ?? visitor_id,
    isProved: standing.visitorId !== null,
    namedBy: standing.conversation,
    opener: caller.opener,
    earlier: caller.earlier,
  };
}

function full(account: Account): AvatarError {
  return new AvatarError('account_full', {
    params: { count: String(account.limits.maxConcurrentSessions) },
    retryAfterSeconds: FULL_RETRY_SECONDS,
  });
}
