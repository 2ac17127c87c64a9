import type { UsageDto } from '#contracts';
import { formatMinutes } from './format.js';

/** One bar of the chart. */
export interface Bar {
  /** A day or a month, `2026-11-26` or `2026-11`. */
  readonly name: string;
  readonly seconds: number;
  readonly sessions: number;
  readonly credits: number;
}

/** More days than that are shown by month: a bar would be thinner than a line. */
const MOST_DAYS = 92;

/** A bar for each day from the first to the last, also for those without a session, or for each month. */
export function barsOf({ from, to, days }: UsageDto): Bar[] {
  const names = daysBetween(from, to);
  const nameOf = names.length > MOST_DAYS ? (day: string) => day.slice(0, 7) : (day: string) => day;
  const bars = new Map<string, Bar>();
  for (const name of names) bars.set(nameOf(name), empty(nameOf(name)));
  for (const { day, seconds, sessions, credits } of days) {
    const name = nameOf(day);
    const bar = bars.get(name) ?? empty(name);
    bars.set(name, {
      name,
      seconds: bar.seconds + seconds,
      sessions: bar.sessions + sessions,
      credits: bar.credits + credits,
    });
  }
  return [...bars.values()];
}

function empty(name: string): Bar {
  return { name, seconds: 0, sessions: 0, credits: 0 };
}

/** More than the service tells of at once. */
const LONGEST = 400;

function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  const day = new Date(`${from}T00:00:00Z`);
  const last = Date.parse(`${to}T00:00:00Z`);
  while (day.getTime() <= last && days.length < LONGEST) {
    days.push(day.toISOString().slice(0, 10));
    day.setUTCDate(day.getUTCDate() + 1);
  }
  return days;
}

/** A round number of minutes that no bar is above, in seconds: 1, 2 or 5 times a power of ten. */
export function scaleOf(bars: readonly Bar[]): number {
  const most = Math.max(60, ...bars.map(({ seconds }) => seconds));
  const minutes = most / 60;
  const power = 10 ** Math.floor(Math.log10(minutes));
  const step = [1, 2, 5, 10].find((each) => each * power >= minutes) ?? 10;
  return step * power * 60;
}

/** The chart in a sentence, for whoever does not see it. */
export function summaryOf(usage: UsageDto, bars: readonly Bar[]): string {
  const most = bars.reduce<Bar | null>(
    (best, bar) => (bar.seconds > (best?.seconds ?? 0) ? bar : best),
    null,
  );
  const total = `${formatMinutes(usage.total.seconds)} from ${usage.from} to ${usage.to}`;
  if (most === null) return `Nothing was used from ${usage.from} to ${usage.to}.`;
  return `${total}; the most, ${formatMinutes(most.seconds)}, on ${most.name}.`;
}
