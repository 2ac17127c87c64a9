import type { AccountLimitsDto } from '#contracts';
import type { Session } from '../sessions/domain/session.js';
import type { StartedSession } from './spent.js';

/** What is meant by an hour: the sessions that were started in so many seconds until now. */
export const HOUR_SECONDS = 3_600;

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
 * started count too. A visitor who proves nothing is counted by its address: an id is soon made up.
 * @param started in the last hour at least, the earliest first
 * @param live those that take a slot, started or not
 */
export function tooManyStarts(
  limits: Limits,
  starter: Starter,
  started: readonly StartedSession[],
  live: readonly Session[],
  now: Date,
): TooManyStarts | null {
  const since = now.getTime() - HOUR_SECONDS * 1000;
  const known = new Set(started.map(({ id }) => id));
  // One that was started between the two readings is in either of them, or in both.
  const others = live.filter(({ id }) => !known.has(id));
  const times = (isMeant: (session: Whose) => boolean): number[] =>
    // What is not started yet starts in a moment, or goes.
    [...started.filter(isMeant), ...others.filter(isMeant)]
      .map(({ startedAt }) => (startedAt ?? now).getTime())
      .filter((ms) => ms > since);
  const { maxSessionsPerVisitorPerHour: most, maxSessionsPerAddressPerHour: mostOfAddress } =
    limits;
  const { visitorId, opener } = starter;
  const isTheirs =
    visitorId === null
      ? (each: Whose) => opener !== null && !each.proved && each.opener === opener
      : (each: Whose) => each.proved && each.visitorId === visitorId;
  const untilMs = fullUntil(times(isTheirs), most);
  if (untilMs !== null) {
    return { of: visitorId === null ? 'address' : 'visitor', until: new Date(untilMs) };
  }
  if (opener === null) return null;
  const addressUntilMs = fullUntil(
    times((each) => each.opener === opener),
    mostOfAddress,
  );
  return addressUntilMs === null ? null : { of: 'address', until: new Date(addressUntilMs) };
}

type Whose = Pick<Session, 'proved' | 'visitorId' | 'opener'>;

/** When there are fewer than `most` again; null where there are now. */
function fullUntil(times: readonly number[], most: number | null | undefined): number | null {
  if (typeof most !== 'number' || times.length < most) return null;
  const first = times.toSorted((one, other) => one - other)[times.length - most] ?? 0;
  return first + HOUR_SECONDS * 1000;
}
