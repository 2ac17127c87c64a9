import type { Sample, Scrape } from './scrape.js';

/** How an app was at two moments; null: it did not answer. */
export type Sighting = readonly [first: Scrape, second: Scrape] | null;

/** For so many minutes everything goes on as it was seen. */
export interface Phase {
  readonly minutes: number;
  /** By job. */
  readonly seen: Readonly<Record<string, Sighting>>;
}

/** A series as promtool reads it, with a value for each minute. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/**
 * What is read from the database stands for five seconds: only scrapes that lie twice as far apart tell
 * what grows with the time from what comes and goes.
 */
export const AGING_MS = 11_000;

/** What grows with the time for as long as nobody helps. */
const AGES = new Set([
  'avatar_due_lag_seconds',
  'avatar_outbox_oldest_seconds',
  'avatar_fleet_read_age_seconds',
  'petya_erasures_oldest_seconds',
]);

/**
 * Makes hours of series from what was really scraped. Counters grow as fast as they did between the two
 * scrapes of a phase, and never fall; an age that grew with the time grows on from where the second one
 * saw it; all else stays as it was seen. An app that did not answer has no series but `up`, which is 0.
 */
export function seriesOf(phases: readonly Phase[]): InputSeries[] {
  const jobs = new Set(phases.flatMap(({ seen }) => Object.keys(seen)));
  return [...jobs].flatMap((job) => [upOf(job, phases), ...scrapedOf(job, phases)]);
}

function upOf(job: string, phases: readonly Phase[]): InputSeries {
  const values = phases.map(({ minutes, seen }) => run(seen[job] ? 1 : 0, 0, minutes));
  return { series: seriesName('up', {}, job), values: values.join(' ') };
}

/** What one app told in one phase, by series. */
interface Told {
  readonly minutes: number;
  readonly apartMs: number;
  readonly first: ReadonlyMap<string, number>;
  readonly last: ReadonlyMap<string, number>;
}

function scrapedOf(job: string, phases: readonly Phase[]): InputSeries[] {
  const told = phases.map(({ minutes, seen }): Told => {
    const [first, second] = seen[job] ?? [];
    const apartMs = first && second ? second.atMs - first.atMs : 1;
    return { minutes, apartMs, first: valuesIn(first, job), last: valuesIn(second, job) };
  });
  const names = new Set(told.flatMap(({ last }) => [...last.keys()]));
  return [...names].map((series) => ({ series, values: valuesOf(series, told).join(' ') }));
}

function valuesOf(series: string, phases: readonly Told[]): string[] {
  const name = series.slice(0, series.indexOf('{'));
  const isCounter = /_(total|bucket|sum|count)$/.test(name);
  let counted: number | null = null;
  return phases.map(({ minutes, apartMs, first, last }) => {
    const value = last.get(series);
    if (value === undefined) return `_x${minutes}`;
    const before = first.get(series) ?? (isCounter ? 0 : value);
    if (!isCounter) {
      const grew = apartMs >= AGING_MS && (value - before) * 1000 > apartMs / 2;
      const grows = AGES.has(name) && grew;
      return run(value, grows ? 60 : 0, minutes);
    }
    const aMinute = ((value - before) / apartMs) * 60_000;
    const from: number = counted ?? value;
    counted = from + aMinute * minutes;
    return run(from, aMinute, minutes);
  });
}

function valuesIn(scraped: Scrape | undefined, job: string): ReadonlyMap<string, number> {
  const samples = scraped?.samples.filter(({ value }) => Number.isFinite(value)) ?? [];
  return new Map(samples.map(({ name, labels, value }) => [seriesName(name, labels, job), value]));
}

/** @param minutes how many values there are */
function run(from: number, aMinute: number, minutes: number): string {
  const step = aMinute < 0 ? `-${-aMinute}` : `+${aMinute}`;
  return `${from}${step}x${minutes - 1}`;
}

function seriesName(name: string, labels: Sample['labels'], job: string): string {
  const all = { ...labels, job, instance: `${job}-1` };
  const pairs = Object.entries(all).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join(',')}}`;
}
