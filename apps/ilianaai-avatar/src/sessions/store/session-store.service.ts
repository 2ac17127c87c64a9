import { Injectable, Logger } from '@nestjs/common';
import { DatabaseClock } from '../../clock/database-clock.js';
import { AvatarConfig } from '../../config/avatar-config.js';
import { AvatarError } from '../../errors.js';
import { canMove, isLive, type SessionState } from '../domain/session-states.js';
import { sessionNames } from '../domain/session-names.js';
import { dueAt, endDueAt, outboxDueAt } from '../domain/session-timing.js';
import type { VendorName } from '../../vendors/vendor.js';
import type { TurnCount } from './session-filters.js';
import {
  type DueQuery,
  type ErasureQuery,
  type Hold,
  type InsertRefusal,
  type RecordChange,
  type SessionMembers,
  type ListPage,
  SessionRepository,
  type SharedName,
  type StartedCost,
  StartedRecord,
  type WaitQuery,
} from './session.repository.js';
import { KnownRecords } from './known-records.js';
import { patiently } from './patiently.js';
import { KeyedQueue, Telemetry } from '#platform';
import type { DueMember, Session, SessionKey, SessionPatch } from '../domain/session.js';

/** What a change makes of the session it is given; null when there is nothing to change. */
export type Change = (session: Session) => SessionPatch | null;

export type { TurnCount } from './session-filters.js';
export type {
  DueQuery,
  ErasureQuery,
  Hold,
  InsertRefusal,
  ListPage,
} from './session.repository.js';

/** Rounds of reading again after somebody else has changed the record in between. */
const MAX_ROUNDS = 20;

/** How many records are changed. */
interface ManyChanges {
  /** By `performance.now()`; what could not be written by then is left as it is. */
  readonly untilMs: number;
  /** Once it aborts no further piece is begun. */
  readonly signal: AbortSignal;
  /** Is told of each piece how many of it need nothing more. */
  readonly done: (count: number) => void;
}

/** Records changed in one command, and such commands at once. */
const PIECE = 25;
const PIECES_AT_ONCE = 4;

/** Somebody else has changed the record meanwhile. */
const LOST = Symbol('lost');

/**
 * The session records for everybody in this app. Every change is one conditional update on the
 * revision it was computed from, and under a lease on its epoch too: a frozen process that wakes
 * up changes nothing, and two changes at the same instant both count.
 */
@Injectable()
export class SessionStore {
  private readonly logger = new Logger('Sessions');
  private readonly turns = new KeyedQueue();
  private readonly known = new KnownRecords();
  private readonly readTimes = new WeakMap<Session, number>();

  constructor(
    private readonly sessions: SessionRepository,
    private readonly config: AvatarConfig,
    private readonly clock: DatabaseClock,
    private readonly telemetry: Telemetry,
  ) {}

  /** @returns null when it stands, or which unique member was taken */
  insert(session: Session): Promise<InsertRefusal | null> {
    return this.sessions.insert(this.asNew(session));
  }

  /** As `insert`, one after the other up to the first that is refused; what is behind it is not tried. */
  insertInOrder(sessions: readonly Session[]): Promise<(InsertRefusal | 'untried' | null)[]> {
    return this.sessions.insertInOrder(sessions.map((session) => this.asNew(session)));
  }

  find(key: SessionKey): Promise<Session | null> {
    return this.seen(() => this.sessions.find(key));
  }

  /**
   * When, by this process's own clock (`performance.now`), a record that came from here stood as it
   * says: not before it was asked for. -Infinity for one that is a guess or from elsewhere.
   */
  readAtMs(session: Session): number {
    return this.readTimes.get(session) ?? -Infinity;
  }

  /**
   * As this replica wrote it last, where it has, otherwise as `find`. Only for whoever passes it on
   * to `change`, which reads it where the guess was wrong: that saves a round trip where it was right.
   */
  async findToChange(key: SessionKey): Promise<Session | null> {
    return this.known.guess(key) ?? this.sessions.find(key);
  }

  /** For the operator, who knows of no accounts. */
  findById(id: string): Promise<Session | null> {
    return this.sessions.findById(id);
  }

  findByVendorId(vendorSessionId: string, accountId: string): Promise<Session | null> {
    return this.seen(() => this.sessions.findByVendorId(vendorSessionId, accountId));
  }

  /** As `findToChange`, for whoever knows the vendor's id. */
  async findByVendorIdToChange(
    vendorSessionId: string,
    accountId: string,
  ): Promise<Session | null> {
    const key = this.sessions.ownKeyOf(vendorSessionId, accountId);
    const guess = key && this.known.guess(key);
    return guess ?? this.sessions.findByVendorId(vendorSessionId, accountId);
  }

  findByIdempotencyKey(accountId: string, idempotencyKey: string): Promise<Session | null> {
    return this.sessions.findByIdempotencyKey(accountId, idempotencyKey);
  }

  /** The sessions of an account that take a slot: at most its limit, hence a short list. */
  listLive(accountId: string): Promise<Session[]> {
    return this.sessions.listLive(accountId);
  }

  /** Sessions in one of some states, oldest first. */
  listByState(states: readonly SessionState[], page: ListPage): Promise<Session[]> {
    return this.sessions.listByState(states, page);
  }

  /** The newest sessions of all accounts that share a conversation or a trace, the newest first. */
  listNewestOf(name: SharedName, id: string, limit: number): Promise<Session[]> {
    return this.sessions.listNewestOf(name, id, limit);
  }

  /** Sessions of an account that were started in some time, the earliest first. */
  readStarted(accountId: string, from: Date, to: Date): AsyncIterable<StartedCost> {
    return this.sessions.readStarted(accountId, from, to);
  }

  /** As `readStarted`, of all accounts at a vendor. */
  readStartedAt(vendor: VendorName, from: Date, to: Date): AsyncIterable<StartedRecord> {
    return this.sessions.readStartedAt(vendor, from, to);
  }

  /** The sessions that take a slot, of an account, or of all where it is null. */
  listLiveKeys(accountId: string | null): Promise<SessionKey[]> {
    return this.sessions.listLiveKeys(accountId);
  }

  /** The vendor's ids of all sessions that take a slot. */
  listLiveVendorIds(): Promise<string[]> {
    return this.sessions.listLiveVendorIds();
  }

  /** By account, the sessions that take a place at its vendor and stood before this one. */
  countLiveBefore(session: Session): Promise<Map<string, number>> {
    return this.sessions.countLiveBefore(session);
  }

  /** The accounts whose last session at a vendor, asked for since then, was turned away. */
  listTurnedAway(vendor: VendorName, since: Date): Promise<Set<string>> {
    return this.sessions.listTurnedAway(vendor, since);
  }

  /** Of some vendor sessions, those that we have a record of. */
  listByVendorIds(vendorSessionIds: readonly string[]): Promise<Session[]> {
    return this.sessions.listByVendorIds(vendorSessionIds);
  }

  /** Some sessions that an erasure is about and that are not erased yet, in the order of their ids. */
  listToErase(query: ErasureQuery, afterId: string | null, limit: number): Promise<Session[]> {
    return this.sessions.listToErase(query, afterId, limit);
  }

  /** Sessions that were delivered before their turns had a time to go get one. */
  datePurges(now: Date): Promise<void> {
    return this.sessions.datePurges(this.config.budgets.turnRetentionSeconds, now);
  }

  countTurns(counts: readonly TurnCount[], now: Date): Promise<void> {
    return this.sessions.countTurns(counts, now);
  }

  /** Turns of a session that were known already have changed. */
  touchTranscript(session: SessionKey): Promise<void> {
    return this.sessions.touch(session);
  }

  /** Whether the transcript of one of some sessions is closed, or may be put together just now. */
  isAnyClosing(sessions: readonly SessionKey[]): Promise<boolean> {
    return this.sessions.isAnyClosing(sessions);
  }

  makeDeliveriesDue(now: Date): Promise<void> {
    return this.sessions.makeDeliveriesDue(now);
  }

  makeWaitsDue(now: Date, waits: WaitQuery): Promise<void> {
    return this.sessions.makeWaitsDue(now, waits);
  }

  findLongestWait(waits: WaitQuery): Promise<SessionKey | null> {
    return this.sessions.findLongestWait(waits);
  }

  makeWaitDue(key: SessionKey, now: Date, waits: WaitQuery): Promise<void> {
    return this.sessions.makeWaitDue(key, now, waits);
  }

  /** Sessions that are due in a lane and held by nobody, the earliest first. */
  listDue(query: DueQuery): Promise<Session[]> {
    return this.sessions.listDue(query);
  }

  /** Claims a session that was just read, under the next epoch; null when somebody was faster. */
  async claim(read: Session, hold: Hold): Promise<Session | null> {
    return this.remember(read, await this.sessions.claim(read, hold));
  }

  /**
   * Applies a change to the record as it stands, again if somebody else changed it meanwhile.
   * @param session as it was just read, or as `findToChange` gave it
   * @returns the record after the change, or null when it is gone or there was nothing to change
   * @throws AvatarError `not_found` when the record that was guessed is gone
   */
  change<S extends Session>(session: S, change: Change): Promise<S | null> {
    return this.compareAndSet(session, change);
  }

  /** As `change`, for whoever has not just read the record. */
  async readAndChange(key: SessionKey, change: Change): Promise<Session | null> {
    return this.compareAndSet(await this.sessions.find(key), change);
  }

  /**
   * As `readAndChange`, for many: piece by piece, the first ones first, some pieces at once. One that
   * needs no change, or is gone, is done. What the database does not take is tried again.
   */
  async changeEach(
    keys: readonly SessionKey[],
    change: Change,
    { untilMs, signal, done }: ManyChanges,
  ): Promise<void> {
    const pieces = piecesOf(keys).values();
    const work = async (): Promise<void> => {
      for (const piece of pieces) {
        if (signal.aborted || performance.now() > untilMs) return;
        const sent = new Map<string, RecordChange>();
        await patiently(() => this.changePiece(piece, change, sent), untilMs, signal);
        done(piece.length);
      }
    };
    await Promise.all(Array.from({ length: PIECES_AT_ONCE }, work));
  }

  /**
   * Which of them somebody else has changed meanwhile is not told: they are read again.
   * @param sent what was sent of each and may have been written, also by a call that failed
   */
  private async changePiece(
    piece: readonly SessionKey[],
    change: Change,
    sent: Map<string, RecordChange>,
  ): Promise<void> {
    let left = piece;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const found = await this.sessions.listByKeys(left);
      for (const read of found) this.noteSent(read, sent);
      const changes = found.flatMap((read) => {
        const patch = change(read);
        return patch === null ? [] : [{ read, members: this.membersOf(read, patch) }];
      });
      if (changes.length === 0) return;
      for (const each of changes) sent.set(each.read.id, each);
      left = changes.map(({ read }) => read);
      for (const { id } of left) this.known.forget(id);
      const written = await this.sessions.setEachIf(changes);
      if (written < changes.length) continue;
      for (const { read, members } of changes) this.noteEnd(read, { ...read, ...members });
      sent.clear();
      return;
    }
    throw new Error('sessions changed too often to be written');
  }

  /** What was sent and nobody has confirmed is known by its wish to stop, which is one order's. */
  private noteSent(found: Session, sent: Map<string, RecordChange>): void {
    const own = sent.get(found.id);
    sent.delete(found.id);
    if (own?.members.stop && isSameWish(own.members.stop, found.stop)) {
      // What was sent, not what others have made of it since.
      this.noteEnd(own.read, { ...own.read, ...own.members });
    }
  }

  /**
   * As `change`, for whoever holds the lease: writes while its epoch stands and gives it back.
   * @returns null when the lease was lost; then nothing was written
   */
  async writeAndRelease<S extends Session>(held: S, change: Change): Promise<S | null> {
    const { epoch } = held.lease;
    const lease = { ...held.lease, owner: null, until: new Date(0) };
    return this.compareAndSet(held, (session) => ({ lease, ...change(session) }), epoch);
  }

  /**
   * As `writeAndRelease`, for what was worked out from the record as it was read and from more than it: the
   * turns. Whoever changes the record in between makes it void.
   * @returns null when it was changed, or the lease was lost; then nothing was written
   */
  async writeAsReadAndRelease<S extends Session>(held: S, change: Change): Promise<S | null> {
    const lease = { ...held.lease, owner: null, until: new Date(0) };
    const given = (session: Session): SessionPatch => ({ lease, ...change(session) });
    const after = await this.attempt(held, given, held.lease.epoch);
    return after === LOST ? null : after;
  }

  /** As `writeAndRelease`, keeping the lease for the next effect of the same step. */
  async writeHeld<S extends Session>(held: S, change: Change): Promise<S | null> {
    return this.compareAndSet(held, change, held.lease.epoch);
  }

  private remember<S extends Session>(before: S, after: Session | null): S | null {
    if (after && isLive(after.state)) this.known.keep(after);
    else this.known.forget(before.id);
    return after as S | null;
  }

  private asNew(session: Session): Session {
    const enteredAt = { [session.state]: session.createdAt };
    return { ...session, enteredAt, ...this.dueTimes(session) };
  }

  private entered({ state, enteredAt }: Session, patch: SessionPatch): SessionPatch {
    if (patch.state === undefined || patch.state === state) return {};
    return { enteredAt: { ...enteredAt, [patch.state]: this.clock.now() } };
  }

  /** @throws where the session cannot move so */
  private membersOf(session: Session, patch: SessionPatch): SessionMembers {
    refuseForbiddenMove(session, patch);
    const due = this.dueTimes({ ...session, ...patch });
    return { ...patch, ...this.entered(session, patch), ...due };
  }

  private dueTimes(session: Session): Required<Pick<Session, DueMember>> {
    const { budgets } = this.config;
    return {
      dueAt: dueAt(session, budgets),
      endDueAt: endDueAt(session, budgets),
      outboxDueAt: outboxDueAt(session),
    };
  }

  /** Who loses the first round waits for its turn: many losers would only make each other lose. */
  private async compareAndSet<S extends Session>(
    session: S | null,
    change: Change,
    epoch?: number,
  ): Promise<S | null> {
    if (!session) return null;
    const after = await this.attempt(session, change, epoch);
    // Nothing to change by a guess: the record may say otherwise.
    const isOpenQuestion = after === null && this.known.isGuess(session);
    return after === LOST || isOpenQuestion
      ? this.turns.run(session.id, () => this.repeat(session, change, epoch))
      : after;
  }

  private async repeat<S extends Session>(
    first: S,
    change: Change,
    epoch?: number,
  ): Promise<S | null> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      // What makes it more than any session, its vendor's id, never changes.
      const session = (await this.sessions.find(first)) as S | null;
      if (!session && this.known.isGuess(first)) throw new AvatarError('not_found');
      if (!session || (epoch !== undefined && session.lease.epoch !== epoch)) return null;
      const after = await this.attempt(session, change, epoch);
      if (after !== LOST) return after;
    }
    throw new Error('a session changed too often to be written');
  }

  private async attempt<S extends Session>(
    session: S,
    change: Change,
    epoch?: number,
  ): Promise<S | null | typeof LOST> {
    const patch = change(session);
    if (patch === null) return null;
    const members = this.membersOf(session, patch);
    const after = await this.timed(() => this.sessions.setIf(session, members, epoch));
    if (after) this.noteEnd(session, after);
    return this.remember(session, after) ?? LOST;
  }

  /** By whoever has written it, hence once for each session. */
  private noteEnd(before: Session, after: Session): void {
    const { state, vendor, endReason, stop } = after;
    if (!isLive(before.state) || isLive(state)) return;
    this.telemetry.note({ kind: 'session-ended', vendor, reason: endReason ?? 'none' });
    const by = stop?.by === undefined ? {} : { by: stop.by };
    this.logger.log({ ended: endReason, ...by, ...sessionNames(after) });
  }

  /** What is read of a record that was written here is what the next change begins with. */
  private async seen(read: () => Promise<Session | null>): Promise<Session | null> {
    const session = await this.timed(read);
    if (session && isLive(session.state)) this.known.refresh(session);
    else if (session) this.known.forget(session.id);
    return session;
  }

  private async timed(ask: () => Promise<Session | null>): Promise<Session | null> {
    const askedAtMs = performance.now();
    const session = await ask();
    if (session) this.readTimes.set(session, askedAtMs);
    return session;
  }
}

/** Two orders in the same millisecond differ in whose they are, or do not differ. */
function isSameWish(one: StopWanted, other: StopWanted | null): boolean {
  return (
    other?.at.getTime() === one.at.getTime() &&
    other.reason === one.reason &&
    other.by === one.by &&
    (other.byName ?? null) === (one.byName ?? null)
  );
}

type StopWanted = NonNullable<Session['stop']>;

function refuseForbiddenMove(session: Session, patch: SessionPatch): void {
  if (patch.state && patch.state !== session.state && !canMove(session.state, patch.state)) {
    throw new Error(`a session cannot move from ${session.state} to ${patch.state}`);
  }
}

function piecesOf<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / PIECE);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * PIECE, (index + 1) * PIECE),
  );
}
