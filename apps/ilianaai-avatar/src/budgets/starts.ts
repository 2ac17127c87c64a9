import type { AccountLimitsDto } from '#contracts';
import type { Session } from '../sessions/domain/session.js';
import type { StartedSession } from './spent.js';

/** What is meant by an hour: the sessions that were started in so many seconds until now. */
export const HOUR_SECONDS = 3_600;
const HOUR_MS = HOUR_SECONDS * 1000;

/** Whoever asks for a session: a visitor as far as it is proved, and the digest of its address. */
export interface Starter {
  /** Null where nothing proves it. */
  readonly visitorId: string | null;
  /** Null where a server of the customer asks. */
  readonly opener: string | null;
}

/** Whose sessions are too many. */
export interface TooManyStarts {
  readonly of: 'visitor' | 'address';
  /** When the first of them counts no more. */
  readonly until: Date;
}

type Limits = Pick<
  AccountLimitsDto,
  'maxSessionsPerVisitorPerHour' | 'maxSessionsPerAddressPerHour'
>;

/** Whether an account limits what one visitor or address starts. */
export function limitsStarts(limits: Limits): boolean {
  const { maxSessionsPerVisitorPerHour: visitor, maxSessionsPerAddressPerHour: address } = limits;
  return typeof visitor === 'number' || typeof address === 'number';
}

/**
 * Whether somebody has started as many sessions in the last hour as one may. Those that may still be
 * started count too, until they go. Without proof an id says nothing, since it is soon made up: then the
 * address counts, against its own limit where there is one.
 * @param started in the last hour at least, the earliest first
 * @param live those that take a slot, started or not
 * @param goesAt when one goes that nobody starts
 */
export function tooManyStarts(
  limits: Limits,
  starter: Starter,
  started: readonly StartedSession[],
  live: readonly Session[],
  now: Date,
  goesAt: (session: Session) => Date,
): TooManyStarts | null {
  const known = new Set(started.map(({ id }) => id));
  /** When each of them counts no more. */
  const times = (isMeant: (session: Whose) => boolean): number[] => [
    ...started.filter(isMeant).map(({ startedAt }) => startedAt.getTime() + HOUR_MS),
    ...live.flatMap((each) => {
      if (!isMeant(each) || known.has(each.id)) return [];
      // It was started after the others were read.
      if (each.startedAt !== null) return each.startedAt.getTime() + HOUR_MS;
      // It may be started until somebody has seen that its time is over.
      return Math.max(goesAt(each).getTime(), now.getTime() + 1_000);
    }),
  ];
  const until = (isMeant: (session: Whose) => boolean, most: number | null | undefined) =>
    fullUntil(times(isMeant), most, now.getTime());
  const { maxSessionsPerVisitorPerHour: most, maxSessionsPerAddressPerHour: mostOfAddress } =
    limits;
  const { visitorId, opener } = starter;
  if (visitorId !== null) {
    const found = until((each) => each.proved && each.visitorId === visitorId, most);
    if (found) return { of: 'visitor', until: found };
  }
  if (opener === null) return null;
  const isOfAddress = (each: Whose): boolean => each.opener === opener;
  const found =
    typeof mostOfAddress === 'number' || visitorId !== null
      ? until(isOfAddress, mostOfAddress)
      : until((each) => isOfAddress(each) && !each.proved, most);
  return found && { of: 'address', until: found };
}

type Whose = Pick<Session, 'proved' | 'visitorId' | 'opener'>;

/** When there are fewer than `most` again; null where there are now. */
function fullUntil(
  times: readonly number[],
  most: number | null | undefined,
  nowMs: number,
): Date | null {
  const counting = times.filter((ms) => ms > nowMs);
  if (typeof most !== 'number' || counting.length < most) return null;
  const first = counting.toSorted((one, other) => one - other)[counting.length - most] ?? nowMs;
  return new Date(first);
}
