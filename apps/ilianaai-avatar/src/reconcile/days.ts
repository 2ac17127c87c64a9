import { dayNamed, periodOf } from '#contracts';
import { AvatarError } from '../errors.js';

/** Days back, today not counted, for which a report may be asked for. */
export const MAX_DAYS_BACK = 31;

const DAY_MS = 86_400_000;

/** Whether a report may be made of a day: one that has begun, and not too long ago. */
export function isWithinReach(day: string, now: Date): boolean {
  const today = periodOf('day', now, 'UTC').name;
  const first = periodOf('day', new Date(now.getTime() - MAX_DAYS_BACK * DAY_MS), 'UTC').name;
  return day >= first && day <= today;
}

/**
 * A day in a path.
 * @throws AvatarError `invalid_input` for what is none
 */
export function readDay(value: string): string {
  try {
    return dayNamed(value, 'UTC').name;
  } catch {
    throw noDay('must be a day, such as 2026-11-26');
  }
}

/** @throws AvatarError `invalid_input` for a day that is not within reach */
export function refuseOutOfReach(day: string, now: Date): void {
  if (!isWithinReach(day, now)) {
    throw noDay(`must be today, in UTC, or one of the ${MAX_DAYS_BACK} days before`);
  }
}

function noDay(message: string): AvatarError {
  return new AvatarError('invalid_input', { errors: [{ pointer: '/day', message }] });
}
