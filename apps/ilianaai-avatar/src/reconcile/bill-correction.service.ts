import { Injectable, Logger } from '@nestjs/common';
import { failPoint } from '#platform';
import { DatabaseClock } from '../clock/database-clock.js';
import { DeliveryService } from '../delivery/delivery.service.js';
import { type Billed, isBelievable, secondsOf } from '../sessions/domain/billed.js';
import { isHeld, nextVersion } from '../sessions/domain/session-moves.js';
import { sessionNames } from '../sessions/domain/session-names.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import type { Session } from '../sessions/domain/session.js';
import type { ListedSession } from '../vendors/vendor.js';

/**
 * What the vendor's list puts right in a record; null where nothing is to be changed. Only what was
 * never told by the vendor itself, in a record that is closed, whole, and worked on by nobody.
 */
export function correctBill(
  session: Session,
  { seconds, credits }: Pick<ListedSession, 'seconds' | 'credits'>,
  now: Date,
): Billed | null {
  const { state, billed, startedAt, endedAt, purgedAt, erasedAt, transcript } = session;
  if (state !== 'final' && state !== 'delivered') return null;
  // Without its turns a new version would tell Petya that nothing was said.
  if (purgedAt || erasedAt || transcript.nextReadAt || isHeld(session, now)) return null;
  if (seconds === null || startedAt === null || endedAt === null) return null;
  if (!isBelievable({ seconds }, session)) return null;
  if (billed?.source === 'vendor') return null;
  if (billed && secondsOf(session, endedAt) === seconds) return null;
  return { seconds, credits, source: 'vendor' };
}

/** Fills in what the vendor bills where our record has no word of the vendor's. */
@Injectable()
export class BillCorrectionService {
  private readonly logger = new Logger('Reconcile');

  constructor(
    private readonly sessions: SessionStore,
    private readonly deliveries: DeliveryService,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * Writes it down, and a new version for Petya where that is told anything new. Whoever changes the
   * record or claims it meanwhile makes it void, and the next comparison tries again.
   * @returns the record as it stands, as far as is known
   */
  async fillIn(session: Session, listed: ListedSession): Promise<Session> {
    const now = this.clock.now();
    const billed = correctBill(session, listed, now);
    if (billed === null) return session;
    const { hash, truncated } = await this.deliveries.hashOf({ ...session, billed });
    const after = await this.sessions.writeAsReadAndRelease(session, () => ({
      billed,
      transcript: { ...session.transcript, truncated },
      ...(session.delivery.hash === hash ? {} : nextVersion(session, hash, now)),
    }));
    await failPoint('reconcile.filledIn');
    if (after) this.logger.log({ billFilledIn: billed.seconds, ...sessionNames(session) });
    return after ?? session;
  }
}
