import { periodOf } from '#contracts';

/** Days before today that are looked after: an outage over a weekend is made up for. */
const PAST_DAYS = 3;

/**
 * When a day that is over is compared, in seconds after its end: once what ran over midnight is mostly
 * told, and again when late bills have come.
 */
const AFTER_END_SECONDS = [10 * 60, 6 * 3600];

const DAY_MS = 86_400_000;

/**
 * The days that are to be compared now, the oldest first.
 * @param madeAt when each of them was compared last
 * @param everySeconds how often today is
 */
export function dueDays(
  now: Date,
  madeAt: ReadonlyMap<string, Date>,
  everySeconds: number,
): string[] {
  const due = pastDays(now).filter(({ name, to }) =>
    AFTER_END_SECONDS.some((seconds) => {
      const dueMs = to.getTime() + seconds * 1000;
      const made = madeAt.get(name);
      return now.getTime() >= dueMs && (made === undefined || made.getTime() < dueMs);
    }),
  );
  const today = periodOf('day', now, 'UTC').name;
  const made = madeAt.get(today);
  const isDue = made === undefined || made.getTime() + everySeconds * 1000 <= now.getTime();
  return [...due.map(({ name }) => name), ...(isDue ? [today] : [])];
}

/** The days that `dueDays` looks at. */
export function watchedDays(now: Date): string[] {
  return [...pastDays(now), periodOf('day', now, 'UTC')].map(({ name }) => name);
}

function pastDays(now: Date) {
  return Array.from({ length: PAST_DAYS }, (_, index) =>
    periodOf('day', new Date(now.getTime() - (PAST_DAYS - index) * DAY_MS), 'UTC'),
  );
}
