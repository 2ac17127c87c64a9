import { hash } from 'node:crypto';
import type { TracedSession } from '../operation.js';

/** Sessions that something is done for at a time. */
const MOST = 10_000;

const DIGITS = 16;

/**
 * The spans in which sessions are opened: everything else that is done for a session is a part of that. Its
 * id is made of the record's, so that each replica knows it.
 */
export class Roots {
  private readonly known = new Map<string, string>();

  /** How many are remembered. */
  get size(): number {
    return this.known.size;
  }

  /** @returns 16 hexadecimal digits; null for a session without a record */
  of(session: TracedSession | undefined): string | null {
    const recordId = session?.recordId;
    if (recordId === undefined) return null;
    const known = this.known.get(recordId);
    if (known !== undefined) return known;
    const root = hash('sha256', recordId, 'hex').slice(0, DIGITS);
    // All at once: which of them was used last costs more to know than to make them again.
    if (this.known.size >= MOST) this.known.clear();
    this.known.set(recordId, root);
    return root;
  }
}
