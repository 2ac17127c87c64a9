import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/until.js';
import type { Job } from './judge-alerts.js';
import { type Scrape, scrape, valueOf } from './scrape.js';
import { AGING_MS, type Sighting } from './timeline.js';

export { AGING_MS };

/** Where each app is asked; null: it does not answer. */
export type Addresses = Readonly<Record<Job, string | null>>;

const LOOK_MS = 500;

/** A test's own machine is busy with other things; that is told by alerts of its own. */
const CALM_SECONDS = 0.15;

/** A scrape in whose time the process was not kept from its work. */
export function calmScrape(baseUrl: string): Promise<Scrape> {
  return until('the process is calm', async () => {
    const scraped = await scrape(baseUrl);
    const lag = valueOf(scraped, 'nodejs_eventloop_lag_p99_seconds');
    return lag !== undefined && lag < CALM_SECONDS ? scraped : null;
  });
}

/**
 * Waits until an app's own metrics show something.
 * @param withinMs where it takes longer than outcomes do
 */
export function untilShown(
  baseUrl: string,
  name: string,
  is: (value: number) => boolean,
  labels: Readonly<Record<string, string>> = {},
  withinMs?: number,
): Promise<unknown> {
  const look = async () => {
    const value = valueOf(await scrape(baseUrl), name, labels);
    return value !== undefined && is(value);
  };
  return until(`${name} shows it`, look, withinMs);
}

/**
 * Scrapes both apps, lets something happen, and scrapes them again.
 * @param apartMs shortest time in between
 */
export async function sight(
  addresses: Addresses,
  { during = async () => undefined, apartMs = 1_000, ask = calmScrape }: SightOptions = {},
): Promise<Record<Job, Sighting>> {
  const askAll = async () => ({
    'ilianaai-avatar': await askOne(addresses['ilianaai-avatar'], ask),
    'petya-avatar-api': await askOne(addresses['petya-avatar-api'], ask),
  });
  const first = await askAll();
  await Promise.all([during(), pass(apartMs, askAll)]);
  const second = await askAll();
  const both = (job: Job): Sighting => {
    const [one, other] = [first[job], second[job]];
    return one && other ? [one, other] : null;
  };
  return {
    'ilianaai-avatar': both('ilianaai-avatar'),
    'petya-avatar-api': both('petya-avatar-api'),
  };
}

/** Somebody looks all the while: what nobody looks at is as old as the last look. */
async function pass(ms: number, look: () => Promise<unknown>): Promise<void> {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs) {
    await delay(LOOK_MS);
    await look();
  }
}

export interface SightOptions {
  readonly during?: () => Promise<unknown>;
  readonly apartMs?: number;
  readonly ask?: (baseUrl: string) => Promise<Scrape>;
}

function askOne(address: string | null, ask: SightOptions['ask'] = calmScrape) {
  return address === null ? Promise.resolve(null) : ask(address);
}
