import type { OpeningDto } from '#contracts';
import { formatAge, formatClock } from '../shared/format.js';

/** Whether sessions may be opened, in a sentence. */
export function openingWords(opening: OpeningDto, nowMs: number, timeZone?: string): string {
  const { paused, by, setAt, until, reason } = opening;
  if (!paused) return 'Visitors can open sessions.';
  const who = by === null ? '' : ` by ${by}`;
  const since = setAt === null ? '' : ` since ${formatClock(setAt, nowMs, timeZone)}`;
  const end =
    until === null
      ? ', until somebody resumes it'
      : `, until ${formatClock(until, nowMs, timeZone)} (${formatAge(Date.parse(until), nowMs)})`;
  return `Opening is paused${who}${since}${end}${reason === null ? '.' : `: ${reason}`}`;
}

/** How long opening may be paused, in minutes; null is until somebody resumes it. */
export const SPANS: readonly { readonly label: string; readonly minutes: number | null }[] = [
  { label: '15 minutes', minutes: 15 },
  { label: '1 hour', minutes: 60 },
  { label: '4 hours', minutes: 240 },
  { label: '12 hours', minutes: 720 },
  { label: '1 day', minutes: 1_440 },
  { label: 'until somebody resumes it', minutes: null },
];

/** Until when, by the service's clock. */
export function untilAfter(minutes: number | null, nowMs: number): string | undefined {
  return minutes === null ? undefined : new Date(nowMs + minutes * 60_000).toISOString();
}
