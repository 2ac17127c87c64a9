import { Injectable } from '@nestjs/common';
import { delay, Gate, GroupCommit, newId } from '#platform';
import { AvatarError } from '../errors.js';
import { AccountRoom, type Finding, type Refused } from './account-room.js';
import { markSeen } from './domain/session-moves.js';
import { isOpen } from './domain/session-states.js';
import { visitorGoneAt } from './domain/session-timing.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { type InsertRefusal, SessionStore } from './store/session-store.service.js';
import type { Session } from './domain/session.js';
import { newSession, requestHash } from './new-session.js';
import { type Share, shareOut } from './share-out.js';
import type { SlotRequest } from './slot-request.js';
import { StopService } from './stop.service.js';

/** Rounds of looking for a free slot while other replicas take them. */
const MAX_ROUNDS = 20;

/** How long a visitor's second request waits for what its first one opens: as long as the vendor may take. */
const OPENING_PATIENCE_MS = 10_000;

/** How often it looks whether that is there. */
const LOOK_AGAIN_MS = 100;

/** Most requests that share a look; a record has some kilobytes. */
const MAX_GROUP = 100;

const REFUSALS = [
  'full',
  'paused',
  'spent',
  'often',
  'crowded',
] as const satisfies Refused['kind'][];

/** What came of one look for a free slot. */
type Outcome =
  | Exclude<Share<Finding>, { kind: 'draft' }>
  | { readonly kind: 'taken'; readonly session: Session }
  | { readonly kind: 'lost'; readonly refusal: InsertRefusal };

/** A session for whoever asked, and the grant of its token. */
export interface Taken {
  readonly session: Session;
  readonly grant: string;
}

/**
 * Gives out an account's slots: who inserts a record with a free one has it. Replicas race for the
 * lowest one, so that all but one look again at what they have met; the requests of one replica do
 * not: those that come while it looks share its next look, and their records go in together.
 */
@Injectable()
export class SlotService {
  /** By account. */
  private readonly looks = new Map<string, GroupCommit<SlotRequest, Outcome>>();

  constructor(
    private readonly room: AccountRoom,
    private readonly sessions: SessionStore,
    private readonly stops: StopService,
    private readonly clock: DatabaseClock,
    private readonly gate: Gate,
  ) {}

  /**
   * @returns the record that was inserted, or the session that this request asks for once more
   * @throws AvatarError `account_full`, `idempotency_running`, `idempotency_mismatch`,
   * `visitor_has_session`, `rate_limited`, `minutes_used_up`, `opening_paused`
   */
  async take(wanted: SlotRequest): Promise<Taken> {
    const { account } = wanted.caller;
    const patientUntil = performance.now() + OPENING_PATIENCE_MS;
    for (let round = 0; round < MAX_ROUNDS;) {
      const found = await this.look(wanted);
      // The one that it waits for has its record by now, or has lost.
      if (found.kind === 'later') continue;
      if (found.kind === 'opening' && performance.now() < patientUntil) {
        await this.gate.outside(() => delay(LOOK_AGAIN_MS));
        continue;
      }
      round += 1;
      if (found.kind === 'taken') return { session: found.session, grant: found.session.grant };
      if (found.kind === 'lost' && found.refusal === 'slot') continue;
      // A record that is inserted is refused where its key stands; whatever else is done asks first.
      const first = await this.findFirst(wanted);
      if (first) {
        const given = await this.giveFirst(first, wanted);
        if (given) return given;
        continue;
      }
      if (found.kind === 'refuse') throw new AvatarError('visitor_has_session');
      if (isRefused(found)) throw this.room.refusalOf(found, account);
      if (found.kind === 'again') {
        const session = await this.offer(found.session);
        if (session) return { session, grant: found.grant ?? newId() };
      }
      if (found.kind === 'replace' || found.kind === 'opening') {
        await this.stops.stop(found.session, { reason: 'replaced', by: 'gateway' });
      }
    }
    throw this.room.refusalOf({ kind: 'full' }, account);
  }

  private look(wanted: SlotRequest): Promise<Outcome> {
    const { accountId } = wanted.caller.account;
    const known = this.looks.get(accountId);
    if (known) return known.add(wanted);
    const looks = new GroupCommit((group: SlotRequest[]) => this.lookTogether(accountId, group), {
      maxGroup: MAX_GROUP,
    });
    this.looks.set(accountId, looks);
    const outcome = looks.add(wanted);
    void looks.idle().then(() => this.looks.delete(accountId));
    return outcome;
  }

  private async lookTogether(accountId: string, group: SlotRequest[]): Promise<Outcome[]> {
    const [look, live] = await Promise.all([
      this.room.look(newestOf(group).caller.account),
      this.sessions.listLive(accountId),
    ]);
    const shares = shareOut<SlotRequest, Finding>(
      live,
      group,
      (wanted, live) => this.room.find(wanted, live, look),
      (wanted, slot) => this.draft(wanted, slot, look?.left?.seconds ?? null),
    );
    const drafts = shares.flatMap((share) => (share.kind === 'draft' ? share.session : []));
    const inserted = drafts.length === 0 ? [] : await this.sessions.insertInOrder(drafts);
    const refusals = new Map(drafts.map((session, index) => [session, inserted[index] ?? null]));
    return shares.map((share): Outcome => {
      if (share.kind !== 'draft') return share;
      const { session } = share;
      const refusal = refusals.get(session) ?? null;
      if (refusal === null) return { kind: 'taken', session };
      return refusal === 'untried' ? { kind: 'later' } : { kind: 'lost', refusal };
    });
  }

  /**
   * Whoever is given a session has its whole time anew: to start it, or to come back to it.
   * @returns null when it was given up, or started, in between
   */
  private async offer(session: Session): Promise<Session | null> {
    const { state } = session;
    const isRunning = state === 'starting' || state === 'active';
    if (!isRunning && state !== 'created') return session;
    if (isRunning && !visitorGoneAt(session)) return session;
    const now = this.clock.now();
    return this.sessions.change(session, (current) => {
      if (current.stop) return null;
      if (current.state === 'created') return state === 'created' ? { offeredAt: now } : null;
      return isRunning && isOpen(current.state) ? markSeen(current, now) : null;
    });
  }

  /**
   * @returns null where it was given up before it ran: the key is free again
   * @throws AvatarError `session_ended` for one that is being given up: a token for it opens nothing
   */
  private async giveFirst(first: Session, wanted: SlotRequest): Promise<Taken | null> {
    if (first.state === 'failed') return this.freeKey(first);
    judgeRepeat(first, wanted);
    const session = (await this.offer(first)) ?? (await this.sessions.find(first));
    if (session?.state === 'failed') return this.freeKey(session);
    // One that has run is still told of.
    if (!session || (session.startedAt === null && !isOpen(session.state))) {
      throw new AvatarError('session_ended');
    }
    return { session, grant: first.grant };
  }

  private async freeKey(failed: Session): Promise<null> {
    await this.sessions.change(failed, ({ idempotencyKey }) =>
      idempotencyKey === null ? null : { idempotencyKey: null },
    );
    return null;
  }

  /** The session that an earlier request with the same key opened. */
  private async findFirst({ caller, idempotencyKey }: SlotRequest): Promise<Session | null> {
    if (idempotencyKey === null) return null;
    return this.sessions.findByIdempotencyKey(caller.account.accountId, idempotencyKey);
  }

  private draft(
    { caller, ...wanted }: SlotRequest,
    slot: number,
    secondsLeft: number | null,
  ): Session {
    const { account, origin } = caller;
    const { maxSessionSeconds } = this.room;
    return newSession({
      vendor: wanted.vendor,
      account,
      origin,
      request: wanted.request,
      standing: wanted.standing,
      opener: caller.opener,
      idempotencyKey: wanted.idempotencyKey,
      traceId: wanted.traceId,
      slot,
      maxSessionSeconds,
      secondsLeft,
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

/** Of requests for one account the last knows its settings best. */
function newestOf(group: readonly SlotRequest[]): SlotRequest {
  return group.at(-1) as SlotRequest;
}

function isRefused(found: Outcome): found is Extract<Outcome, Refused> {
  return REFUSALS.some((kind) => kind === found.kind);
}
