import type { Session } from './session.js';

/** What a session has cost, as the vendor's own record says, or as we have counted where it says nothing. */
export interface Billed {
  /** Whole seconds. */
  readonly seconds: number;
  /** Null where the vendor does not tell; they are rounded to minutes there, hence no measure of seconds. */
  readonly credits: number | null;
  readonly source: 'vendor' | 'own';
}

/**
 * The seconds of a session that count: what the vendor bills, and until that is known what has passed.
 * @param now for one that runs
 * @returns 0 for one that was not started
 */
export function secondsOf(
  { billed, startedAt, endedAt }: Pick<Session, 'billed' | 'startedAt' | 'endedAt'>,
  now: Date,
): number {
  if (billed) return billed.seconds;
  if (startedAt === null) return 0;
  return Math.max(0, Math.ceil(((endedAt ?? now).getTime() - startedAt.getTime()) / 1000));
}

/** What is written down at the end of a session whose vendor says nothing of its cost. */
export function ownCount(session: Session, now: Date): Billed {
  return { seconds: secondsOf({ ...session, billed: null }, now), credits: null, source: 'own' };
}

/** By how much a vendor may have run a session longer than it was allowed to. */
const SLACK_SECONDS = 600;

/** Whether a vendor's bill can be of this session: a fault there must not use up an account's minutes. */
export function isBelievable({ seconds }: Pick<Billed, 'seconds'>, session: Session): boolean {
  const { startedAt, endedAt, config } = session;
  if (startedAt === null || endedAt === null) return true;
  const ran = (endedAt.getTime() - startedAt.getTime()) / 1000;
  return seconds <= Math.max(ran, config.maxSessionSeconds) + SLACK_SECONDS;
}
