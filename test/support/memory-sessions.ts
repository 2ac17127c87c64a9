import type { InsertRefusal } from '../../apps/ilianaai-avatar/src/session-record/session-store.service.js';
import type {
  DueQuery,
  Hold,
  SessionMembers,
} from '../../apps/ilianaai-avatar/src/session-record/session.repository.js';
import {
  CLOSING_STATES,
  countedMembers,
  type TurnCount,
} from '../../apps/ilianaai-avatar/src/session-record/session-filters.js';
import { isLive } from '../../apps/ilianaai-avatar/src/session-record/session-states.js';
import { DUE_BY } from '../../apps/ilianaai-avatar/src/session-record/session-timing.js';
import type {
  Lane,
  Session,
  SessionKey,
} from '../../apps/ilianaai-avatar/src/session-record/session.js';
import { withMembers } from './update-pipeline.js';

export interface WriteFault {
  readonly error: Error;
  /** Whether the write has taken effect all the same. */
  readonly isDone: boolean;
}

/**
 * The session records in memory, with the promises that the database gives: unique members, and
 * writes that are conditional on the revision. Each question comes and is answered after a pause, in which
 * others may come first.
 */
export class MemorySessions {
  readonly records = new Map<string, Session>();
  /** What the next writes fail with, in turn. */
  readonly faults: WriteFault[] = [];

  constructor(private readonly pause: () => Promise<void>) {}

  async insert(session: Session): Promise<InsertRefusal | null> {
    await this.pause();
    const isTaken = (member: 'slot' | 'idempotencyKey') =>
      session[member] !== null &&
      [...this.records.values()].some((each) => each[member] === session[member]);
    if (isTaken('slot')) return 'slot';
    if (isTaken('idempotencyKey')) return 'idempotency';
    this.records.set(session.id, session);
    await this.pause();
    return null;
  }

  async insertInOrder(sessions: readonly Session[]): Promise<(InsertRefusal | 'untried' | null)[]> {
    const outcomes: (InsertRefusal | 'untried' | null)[] = [];
    for (const session of sessions) {
      const isOpen = outcomes.every((outcome) => outcome === null);
      outcomes.push(isOpen ? await this.insert(session) : 'untried');
    }
    return outcomes;
  }

  find({ id }: SessionKey): Promise<Session | null> {
    return this.read(() => this.records.get(id) ?? null);
  }

  findByIdempotencyKey(_accountId: string, key: string): Promise<Session | null> {
    return this.read(() => this.all().find(({ idempotencyKey }) => idempotencyKey === key) ?? null);
  }

  listLive(): Promise<Session[]> {
    return this.read(() => this.all().filter(({ state }) => isLive(state)));
  }

  async setIf(read: Session, members: SessionMembers, epoch?: number): Promise<Session | null> {
    await this.pause();
    const current = this.records.get(read.id);
    const isAsRead = current?.rev === read.rev;
    const isHeld = epoch === undefined || current?.lease.epoch === epoch;
    const after = { ...read, ...members, rev: read.rev + 1 };
    const fault = this.faults.shift();
    if (isAsRead && isHeld && fault?.isDone !== false) this.records.set(read.id, after);
    await this.pause();
    if (fault) throw fault.error;
    return isAsRead && isHeld ? after : null;
  }

  claim(read: Session, hold: Hold): Promise<Session | null> {
    return this.setIf(read, {
      lease: { ...hold, epoch: read.lease.epoch + 1 },
      dueAt: read.dueAt,
      endDueAt: read.endDueAt,
      outboxDueAt: read.outboxDueAt,
    });
  }

  listDue({ lane, now }: DueQuery): Promise<Session[]> {
    const isDue = (at: Date | null | undefined) => Boolean(at && at <= now);
    const order: readonly Lane[] = ['end', 'life', 'outbox'];
    return this.read(() =>
      this.all().filter((session) => {
        const { lease } = session;
        const isFree = lease.until <= now || order.indexOf(lane) < order.indexOf(lease.lane);
        return isFree && isDue(session[DUE_BY[lane]]);
      }),
    );
  }

  isAnyClosing(keys: readonly SessionKey[]): Promise<boolean> {
    const closing: readonly string[] = CLOSING_STATES;
    return this.read(() =>
      keys.some(({ id }) => closing.includes(this.records.get(id)?.state ?? '')),
    );
  }

  async countTurns(counts: readonly TurnCount[], now: Date): Promise<void> {
    await this.pause();
    for (const count of counts) {
      const session = this.records.get(count.session.id);
      if (session) this.records.set(session.id, withMembers(session, countedMembers(count, now)));
    }
    await this.pause();
  }

  async touch({ id }: SessionKey): Promise<void> {
    await this.pause();
    const session = this.records.get(id);
    if (session) this.records.set(id, { ...session, rev: session.rev + 1 });
    await this.pause();
  }

  private all(): Session[] {
    return [...this.records.values()];
  }

  private async read<T>(look: () => T): Promise<T> {
    await this.pause();
    const found = look();
    await this.pause();
    return found;
  }
}
