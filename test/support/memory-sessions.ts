import type { InsertRefusal } from '../../apps/ilianaai-avatar/src/session-record/session-store.service.js';
import type { SessionMembers } from '../../apps/ilianaai-avatar/src/session-record/session.repository.js';
import { isLive } from '../../apps/ilianaai-avatar/src/session-record/session-states.js';
import type { Session, SessionKey } from '../../apps/ilianaai-avatar/src/session-record/session.js';

/**
 * The session records in memory, with the promises that the database gives: unique members, and
 * writes that are conditional on the revision. Each question comes and is answered after a pause, in which
 * others may come first.
 */
export class MemorySessions {
  readonly records = new Map<string, Session>();

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
    if (isAsRead && isHeld) this.records.set(read.id, after);
    await this.pause();
    return isAsRead && isHeld ? after : null;
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
