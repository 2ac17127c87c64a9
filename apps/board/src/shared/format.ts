const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span as two of its largest parts: `45 s`, `3 min 11 s`, `2 h 5 min`, `1 d 3 h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return parts([whole / MINUTE, 'min'], [whole % MINUTE, 's']);
  if (whole < DAY) return parts([whole / HOUR, 'h'], [(whole % HOUR) / MINUTE, 'min']);
  return parts([whole / DAY, 'd'], [(whole % DAY) / HOUR, 'h']);
}

function parts(...each: [amount: number, unit: string][]): string {
  return each
    .map(([amount, unit]): [number, string] => [Math.floor(amount), unit])
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}

/** How long ago, or until when: `just now`, `12 s ago`, `in 3 min`. Clocks differ by some seconds. */
export function formatAge(atMs: number, nowMs: number): string {
  if (Number.isNaN(atMs)) return 'unknown';
  const seconds = Math.round((nowMs - atMs) / 1000);
  if (Math.abs(seconds) < 3) return 'just now';
  const span = formatRough(Math.abs(seconds));
  return seconds > 0 ? `${span} ago` : `in ${span}`;
}

/** A span by its largest part alone: `12 s`, `3 min`, `2 h`, `4 d`. */
export function formatRough(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  if (whole < 2 * DAY) return `${Math.floor(whole / HOUR)} h`;
  return `${Math.floor(whole / DAY)} d`;
}

/** What was used, as minutes that people count in: `59 s`, `3 min`, `1,234 min`. */
export function formatMinutes(seconds: number): string {
  if (seconds < MINUTE) return `${Math.max(0, Math.round(seconds))} s`;
  return `${formatCount(Math.round(seconds / MINUTE))} min`;
}

/** A number with its thousands apart, and at most two places: `1,234.5`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

/**
 * An instant in the zone of whoever looks: the time of this day (`03:12:04`), or with its date
 * (`26 Nov, 03:12`).
 * @param timeZone an IANA name, if not the browser's own
 */
export function formatClock(at: string | number, nowMs: number, timeZone?: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return 'unknown';
  const zone = timeZone === undefined ? {} : { timeZone };
  const dayOf = (date: Date): string => date.toLocaleDateString('en-CA', zone);
  const isToday = dayOf(time) === dayOf(new Date(nowMs));
  if (isToday) return time.toLocaleTimeString('en-GB', { ...zone, hourCycle: 'h23' });
  const date = time.toLocaleDateString('en-GB', { ...zone, day: 'numeric', month: 'short' });
  const hours = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return `${date}, ${time.toLocaleTimeString('en-GB', { ...zone, ...hours })}`;
}

/** One or several: `1 session`, `3 sessions`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : several}`;
}

/** For words that begin a line. */
export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The day in UTC, `2026-11-26`, so many days after an instant. */
export function utcDay(atMs: number, daysLater = 0): string {
  return new Date(atMs + daysLater * DAY * 1000).toISOString().slice(0, 10);
}
