import { RecentMap } from '#platform';
import type { Session } from '../domain/session.js';

/** Records kept, a few kilobytes each. */
const MAX_RECORDS = 2_000;

/**
 * The records that this replica wrote in the last minutes, as it has seen them last. Another replica may have changed or ended
 * one since, so what is given out is a guess: good for a change that is conditional on the revision,
 * and for nothing else.
 */
export class KnownRecords {
  private readonly records: RecentMap<string, Session>;
  private readonly guesses = new WeakSet<Session>();

  /** @param maxRecords the oldest are forgotten first */
  constructor(maxRecords = MAX_RECORDS) {
    this.records = new RecentMap({ max: maxRecords });
  }

  /** Keeps a record as it was just written. */
  keep(session: Session): void {
    this.records.set(session.id, session);
  }

  /** A record that is kept is the one that was just read, unless that is older. */
  refresh(session: Session): void {
    const known = this.records.get(session.id);
    if (known && session.rev >= known.rev) this.records.set(session.id, session);
  }

  forget(id: string): void {
    this.records.delete(id);
  }

  /** Null where this replica knows nothing, and for another account. */
  guess({ id, accountId }: Pick<Session, 'id' | 'accountId'>): Session | null {
    const known = this.records.get(id);
    if (known?.accountId !== accountId) return null;
    const guess = { ...known };
    this.guesses.add(guess);
    return guess;
  }

  isGuess(session: Session): boolean {
    return this.guesses.has(session);
  }
}
