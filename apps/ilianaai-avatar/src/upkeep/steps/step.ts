import type { Session } from '../../sessions/domain/session.js';

/**
 * One thing the worker does for a session it has claimed. A step ends by settling: it writes what
 * it found and gives the lease back. It throws only when nothing could be written.
 */
export interface UpkeepStep {
  /** @returns the record afterwards, or null when the lease was lost on the way */
  run(held: Session): Promise<Session | null>;
}
