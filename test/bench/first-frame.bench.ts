import type { Page } from 'playwright-core';
import { type BrowserWorld, startBrowserWorld } from '../browser/browser-world.js';
import type { DropIn } from '../chat-plugin/src/drop-in/drop-in.js';
import { callApi } from '../stack/json-api.js';
import { say } from '../stack/say.js';
import { isQuick, report } from './figures.js';

/*
 * From the click to the first picture: the same SDK in the same browser, through us and straight at
 * the simulated vendor, one after the other and in turned order each round.
 */
const AVATAR_ID = 'dd73ea75-1218-4ef3-92ce-606d5f7fbc0a';
const rounds = isQuick ? 3 : 20;
const world = await startBrowserWorld();
const ways = { through: () => throughUs(world), straight: () => straightAtVendor(world) };
const taken: Record<keyof typeof ways, number[]> = { through: [], straight: [] };

try {
  // The first of each warms caches and is not counted.
  for (let round = -1; round < rounds; round += 1) {
    const order =
      round % 2 === 0 ? (['through', 'straight'] as const) : (['straight', 'through'] as const);
    for (const way of order) {
      const ms = await ways[way]();
      if (round >= 0) taken[way].push(ms);
    }
  }
  say(`through us: ${describe(taken.through)}`);
  say(`straight:   ${describe(taken.straight)}`);
  report({
    question: 'first-frame',
    figure: 'from the click to the first picture, ÷ the same SDK straight at the vendor',
    value: median(taken.through) / median(taken.straight),
    unit: '×',
    atMost: 1.15,
    rounds: taken.through.map((ms, round) => ms / (taken.straight[round] ?? Number.NaN)),
    raw: taken,
  });
} finally {
  await world.stop();
}
process.exit();

async function throughUs({ stack, listedSite }: BrowserWorld): Promise<number> {
  const { urls, account } = stack;
  return firstFrame(urls.avatar, () =>
    callApi(`${urls.avatar}/v1/sessions/token`, {
      method: 'POST',
      apiKey: account.apiKey,
      origin: listedSite.origin,
    }),
  );
}

async function straightAtVendor({ stack }: BrowserWorld): Promise<number> {
  const { urls, wiring } = stack;
  const body = { avatar_id: AVATAR_ID, avatar_persona: { language: 'en' } };
  return firstFrame(urls.simulator, () =>
    callApi(`${urls.simulator}/v1/sessions/token`, { apiKey: wiring.secrets.vendorKey, body }),
  );
}

/** Milliseconds for the token and from the SDK's start to the first picture. */
async function firstFrame(
  apiUrl: string,
  token: () => Promise<{ data: { session_token: string } }>,
): Promise<number> {
  const context = await world.browser.newContext();
  const page = await context.newPage();
  await page.goto(world.listedSite.origin);
  await page.waitForFunction('window.dropIn');
  const began = performance.now();
  const { data } = await token();
  const tokenMs = performance.now() - began;
  const heard = await talk(page, data.session_token, apiUrl);
  await page.evaluate(() => (globalThis as unknown as { dropIn: DropIn }).dropIn.stop());
  await context.close();
  return tokenMs + heard.firstFrameMs;
}

function talk(page: Page, token: string, apiUrl: string): ReturnType<DropIn['talkWith']> {
  return page.evaluate(
    ([own, url]) => (globalThis as unknown as { dropIn: DropIn }).dropIn.talkWith(own, url, ''),
    [token, apiUrl] as const,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

function describe(values: readonly number[]): string {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(0);
  return `median ${at(0.5)} ms, quarter ${at(0.25)}, three quarters ${at(0.75)}`;
}
