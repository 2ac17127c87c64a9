import { LRUCache } from 'lru-cache';
import { readMembers } from './commands.js';

/** Sessions remembered; a driver takes a few dozen. */
const MAX_SESSIONS = 1_000;

interface Written {
  readonly number: number;
  readonly answer: Promise<Buffer>;
}

/** The transaction is older than one that its session has begun since. */
export class TransactionTooOld extends Error {}

/**
 * Makes a repeated write the same write: it waits for the first one and gets its answer. As a
 * server does, it keeps only what changed something; whatever else is repeated is done again.
 */
export class WrittenAnswers {
  private readonly bySession = new LRUCache<string, Written>({ max: MAX_SESSIONS });

  /** @throws TransactionTooOld, and whatever `write` does */
  async once(
    { session, number }: { readonly session: string; readonly number: number },
    write: () => Promise<Buffer>,
  ): Promise<Buffer> {
    const known = this.bySession.get(session);
    if (known !== undefined && number < known.number) throw new TransactionTooOld();
    if (known?.number === number) {
      const answer = await known.answer.catch(() => null);
      if (answer !== null && hasChanged(answer)) return answer;
    }
    const answer = write();
    this.bySession.set(session, { number, answer });
    return answer;
  }
}

/** @param answer of an insert, update, delete or findAndModify */
export function hasChanged(answer: Buffer): boolean {
  const { ok, n, lastErrorObject } = readMembers(answer, ['ok', 'n', 'lastErrorObject']) as {
    ok?: number;
    n?: number;
    lastErrorObject?: { n?: number };
  };
  return ok === 1 && (n ?? lastErrorObject?.n ?? 0) > 0;
}
