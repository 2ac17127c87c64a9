import type { InsertRefusal } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type {
  DueQuery,
  ErasureQuery,
  Hold,
  RecordChange,
  SessionMembers,
  SessionRepository,
  WaitQuery,
} from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import {
  CLOSING_STATES,
  countedMembers,
  takesPlace,
  type TurnCount,
  turnedAwayAmong,
} from '../../apps/ilianaai-avatar/src/sessions/store/session-filters.js';
import { isLive } from '../../apps/ilianaai-avatar/src/sessions/domain/session-states.js';
import { DUE_BY } from '../../apps/ilianaai-avatar/src/sessions/domain/session-timing.js';
import type {
  DueMember,
  LeaseKind,
  Session,
  SessionKey,
} from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import type { VendorName } from '../../apps/ilianaai-avatar/src/vendors/vendor.js';
import { withMembers } from './update-pipeline.js';

export interface WriteFault {
  readonly error: Error;
  /** Whether the write has taken effect all the same. */
  readonly isDone: boolean;
}

/** What of the repository there is in memory; both pass the same tests. */
export type SessionRecords = Pick<
  SessionRepository,
  | 'insert'
  | 'insertInOrder'
  | 'find'
  | 'findByVendorId'
  | 'findByIdempotencyKey'
  | 'listLive'
  | 'listLiveKeys'
  | 'listByKeys'
  | 'listLiveVendorIds'
  | 'countLiveBefore'
  | 'listTurnedAway'
  | 'listByVendorIds'
  | 'listToErase'
  | 'listDue'
  | 'claim'
  | 'setIf'
  | 'setEachIf'
  | 'isAnyClosing'
  | 'countTurns'
  | 'touch'
  | 'makeDeliveriesDue'
  | 'makeWaitsDue'
  | 'findLongestWait'
  | 'makeWaitDue'
>;

/** As the lanes stand to each other: each takes a session away from those behind it. */
const LANES: readonly LeaseKind[] = ['end', 'life', 'outbox'];

/**
 * The session records in memory, with the promises that the database gives: unique members, and
 * writes that are conditional on the revision. Each question comes and is answered after a pause, in which
 * others may come first.
 */
export class MemorySessions implements SessionRecords {
  readonly records = new Map<string, Session>();
  /** What the next writes fail with, in turn; null for one that goes well. */
  readonly faults: (WriteFault | null)[] = [];

  constructor(private readonly pause: () => Promise<void>) {}

  async insert(session: Session): Promise<InsertRefusal | null> {
    await this.pause();
    const refusal = this.refusalOf(session);
    if (refusal === null) this.records.set(session.id, session);
    await this.pause();
    return refusal;
  }

  async insertInOrder(sessions: readonly Session[]): Promise<(InsertRefusal | 'untried' | null)[]> {
    const outcomes: (InsertRefusal | 'untried' | null)[] = [];
    for (const session of sessions) {
      const isOpen = outcomes.every((outcome) => outcome === null);
      outcomes.push(isOpen ? await this.insert(session) : 'untried');
    }
    return outcomes;
  }

  find(key: SessionKey): Promise<Session | null> {
    return this.read(() => this.at(key));
  }

  findByVendorId(vendorSessionId: string, accountId: string): Promise<Session | null> {
    return this.read(() => this.first({ vendorSessionId, accountId }));
  }

  findByIdempotencyKey(accountId: string, idempotencyKey: string): Promise<Session | null> {
    return this.read(() => this.first({ accountId, idempotencyKey }));
  }

  listLive(accountId: string): Promise<Session[]> {
    return this.read(() =>
      this.all().filter((each) => each.accountId === accountId && each.slot !== null),
    );
  }

  listLiveKeys(accountId: string | null): Promise<SessionKey[]> {
    return this.read(() =>
      this.all()
        .filter((each) => isLive(each.state) && [null, each.accountId].includes(accountId))
        .map(({ id, accountId }) => ({ id, accountId })),
    );
  }

  listByKeys(keys: readonly SessionKey[]): Promise<Session[]> {
    return this.read(() => keys.flatMap((key) => this.at(key) ?? []));
  }

  listLiveVendorIds(): Promise<string[]> {
    return this.read(() =>
      this.all().flatMap(({ state, vendorSessionId }) =>
        isLive(state) ? (vendorSessionId ?? []) : [],
      ),
    );
  }

  countLiveBefore({ id, vendor, createdAt }: Session): Promise<Map<string, number>> {
    return this.read(() => {
      const counts = new Map<string, number>();
      for (const each of this.all()) {
        const laterBy = each.createdAt.getTime() - createdAt.getTime();
        const isBefore = laterBy < 0 || (laterBy === 0 && each.id < id);
        const isPlaced = isLive(each.state) && takesPlace(each, createdAt);
        if (each.vendor !== vendor || !isPlaced || !isBefore) continue;
        counts.set(each.accountId, (counts.get(each.accountId) ?? 0) + 1);
      }
      return counts;
    });
  }

  listTurnedAway(vendor: VendorName, since: Date): Promise<Set<string>> {
    return this.read(() =>
      turnedAwayAmong(
        this.all().filter((each) => each.vendor === vendor && each.createdAt >= since),
      ),
    );
  }

  listByVendorIds(vendorSessionIds: readonly string[]): Promise<Session[]> {
    return this.read(() =>
      this.all().filter(({ vendorSessionId: id }) => id !== null && vendorSessionIds.includes(id)),
    );
  }

  listToErase(query: ErasureQuery, afterId: string | null, limit: number): Promise<Session[]> {
    return this.read(() =>
      this.all()
        .filter((each) => isMeant(each, query) && (afterId === null || each.id > afterId))
        .toSorted((one, other) => (one.id < other.id ? -1 : 1))
        .slice(0, limit),
    );
  }

  async setIf(
    read: Session,
    members: SessionMembers,
    epoch: number | undefined,
  ): Promise<Session | null> {
    await this.pause();
    const current = this.at(read);
    const isAsRead = current?.rev === read.rev;
    const isHeld = epoch === undefined || current?.lease.epoch === epoch;
    const after = { ...read, ...members, rev: read.rev + 1 };
    const fault = this.faults.shift();
    if (isAsRead && isHeld && fault?.isDone !== false) {
      if (this.isTaken('vendorSessionId', after)) throw duplicateKey('vendorSessionId');
      this.records.set(read.id, after);
    }
    await this.pause();
    if (fault) throw fault.error;
    return isAsRead && isHeld ? after : null;
  }

  async setEachIf(changes: readonly RecordChange[]): Promise<number> {
    let written = 0;
    for (const { read, members } of changes) {
      if (await this.setIf(read, members, undefined)) written += 1;
    }
    return written;
  }

  claim(read: Session, hold: Hold): Promise<Session | null> {
    const members = { lease: { ...hold, epoch: read.lease.epoch + 1 } };
    return this.setIf(read, members as unknown as SessionMembers, undefined);
  }

  listDue({ lane, now, limit, notAccounts }: DueQuery): Promise<Session[]> {
    const dueBy = DUE_BY[lane];
    const lesser = LANES.slice(LANES.indexOf(lane) + 1);
    return this.read(() => {
      const due = this.all()
        .filter((each) => isDue(each[dueBy], now) && !notAccounts.includes(each.accountId))
        .toSorted((one, other) => Number(one[dueBy]) - Number(other[dueBy]));
      const free = due.filter(({ lease }) => lease.until <= now);
      const held = due.filter(({ lease }) => lease.until > now && lesser.includes(lease.lane));
      return [...free, ...held].slice(0, limit);
    });
  }

  isAnyClosing(keys: readonly SessionKey[]): Promise<boolean> {
    const closing: readonly string[] = CLOSING_STATES;
    return this.read(() => keys.some((key) => closing.includes(this.at(key)?.state ?? '')));
  }

  countTurns(counts: readonly TurnCount[], now: Date): Promise<void> {
    return this.write(() => {
      for (const count of counts) {
        const session = this.at(count.session);
        if (session) this.records.set(session.id, withMembers(session, countedMembers(count, now)));
      }
    });
  }

  touch(key: SessionKey): Promise<void> {
    return this.write(() => {
      const session = this.at(key);
      if (session) this.records.set(key.id, { ...session, rev: session.rev + 1 });
    });
  }

  makeDeliveriesDue(now: Date): Promise<void> {
    return this.write(() => {
      for (const session of this.all()) {
        const { id, rev, outboxDueAt, delivery } = session;
        if (!outboxDueAt || outboxDueAt <= now) continue;
        const due = {
          outboxDueAt: now,
          delivery: { ...delivery, attempts: 0, nextAttemptAt: now },
        };
        this.records.set(id, { ...session, ...due, rev: rev + 1 });
      }
    });
  }

  makeWaitsDue(now: Date, waits: WaitQuery): Promise<void> {
    return this.write(() => {
      for (const session of this.listWaiting(waits)) this.makeDue(session, now, { freedAt: now });
    });
  }

  async findLongestWait(waits: WaitQuery): Promise<SessionKey | null> {
    await this.pause();
    const dueMs = ({ outboxDueAt }: Session) => outboxDueAt?.getTime() ?? 0;
    const [longest] = this.listWaiting(waits).sort((one, other) => dueMs(other) - dueMs(one));
    return longest ? { id: longest.id, accountId: longest.accountId } : null;
  }

  makeWaitDue(key: SessionKey, now: Date, waits: WaitQuery): Promise<void> {
    return this.write(() => {
      const session = this.listWaiting(waits).find(({ id }) => id === key.id);
      if (session) this.makeDue(session, now);
    });
  }

  private makeDue({ id, rev, delivery, ...session }: Session, now: Date, more: object = {}): void {
    this.records.set(id, {
      ...session,
      id,
      outboxDueAt: now,
      delivery: { ...delivery, attempts: 0, nextAttemptAt: now, ...more },
      rev: rev + 1,
    });
  }

  private listWaiting({ beyond, notFreedSince }: WaitQuery): Session[] {
    return this.all().filter(({ outboxDueAt, delivery: { lastError, freedAt } }) => {
      const isLater = outboxDueAt !== null && outboxDueAt !== undefined && outboxDueAt > beyond;
      const wasFreed = freedAt !== null && freedAt !== undefined && freedAt > notFreedSince;
      return isLater && !wasFreed && !/^status 40[134]$/.test(lastError ?? '');
    });
  }

  private all(): Session[] {
    return [...this.records.values()];
  }

  private at({ id, accountId }: SessionKey): Session | null {
    const found = this.records.get(id);
    return found?.accountId === accountId ? found : null;
  }

  private first(members: Partial<Session>): Session | null {
    const wanted = Object.entries(members) as [keyof Session, unknown][];
    return this.all().find((each) => wanted.every(([name, is]) => each[name] === is)) ?? null;
  }

  private refusalOf(session: Session): InsertRefusal | null {
    if (this.isTaken('slot', session)) return 'slot';
    if (this.isTaken('idempotencyKey', session)) return 'idempotency';
    if (this.isTaken('vendorSessionId', session)) throw duplicateKey('vendorSessionId');
    if (this.records.has(session.id)) throw duplicateKey('_id');
    return null;
  }

  /** Whether another session of its account has that member, which is unique where there is one. */
  private isTaken(member: 'slot' | 'idempotencyKey' | 'vendorSessionId', session: Session) {
    const { id, accountId } = session;
    return (
      session[member] !== null &&
      this.all().some(
        (each) =>
          each.id !== id && each.accountId === accountId && each[member] === session[member],
      )
    );
  }

  private async read<T>(look: () => T): Promise<T> {
    await this.pause();
    const found = look();
    await this.pause();
    return found;
  }

  private async write(change: () => void): Promise<void> {
    await this.pause();
    change();
    await this.pause();
  }
}

function isDue(at: Session[DueMember], now: Date): boolean {
  return Boolean(at && Number(at) > 0 && at <= now);
}

function isMeant(session: Session, query: ErasureQuery): boolean {
  const { accountId, createdAt, ...ids } = query;
  return (
    session.accountId === accountId &&
    session.state !== 'erased' &&
    (createdAt === undefined || session.createdAt <= createdAt.$lte) &&
    Object.entries(ids).every(([name, is]) => {
      const value = session[name as keyof typeof ids];
      return typeof is === 'object' ? value !== null && is.$in.includes(value) : value === is;
    })
  );
}

/** As the driver tells of a unique index that refuses a write. */
function duplicateKey(member: string): Error {
  const refusal = { code: 11000, keyPattern: { accountId: 1, [member]: 1 } };
  return Object.assign(new Error(`E11000 duplicate key: ${member}`), refusal);
}
