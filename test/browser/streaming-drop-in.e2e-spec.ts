import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { signAccountToken } from '../../apps/ilianaai-avatar/src/heygen/http/account-token.js';
import type { Refused, Where } from '../chat-plugin/src/drop-in/drop-in.js';
import type { StreamingDropIn } from '../chat-plugin/src/drop-in/streaming-drop-in.js';
import { callApi } from '../stack/json-api.js';
import { until } from '../support/until.js';
import { type BrowserWorld, startBrowserWorld } from './browser-world.js';

// Pictures are drawn without a graphics card here.
jest.setTimeout(60_000);

let world: BrowserWorld;
let page: Page;
let where: Where;

beforeAll(async () => {
  world = await startBrowserWorld();
  where = { apiUrl: world.secureUrl, key: world.stack.account.apiKey };
}, 300_000);
afterAll(() => world.stop());
beforeEach(async () => {
  page = await open(world.listedSite.origin);
});

/** What `src/drop-in/streaming.ts` puts on its page. */
type PageGlobal = { streamingDropIn: StreamingDropIn };

async function open(origin: string): Promise<Page> {
  const opened = await (await world.browser.newContext()).newPage();
  await opened.goto(`${origin}/streaming`);
  await opened.waitForFunction('window.streamingDropIn');
  return opened;
}

function token(): Promise<string> {
  return page.evaluate(
    (to) => (globalThis as unknown as PageGlobal).streamingDropIn.token(to),
    where,
  );
}

function refusedToken(on: Page): Promise<Refused> {
  return on.evaluate(
    (to) => (globalThis as unknown as PageGlobal).streamingDropIn.refusedToken(to),
    where,
  );
}

function refusedStart(on: Page, own: string): Promise<Refused> {
  return on.evaluate(
    ([given, url]) =>
      (globalThis as unknown as PageGlobal).streamingDropIn.refusedStart(given, url),
    [own, where.apiUrl] as const,
  );
}

async function talk(text: string): ReturnType<StreamingDropIn['talk']> {
  return page.evaluate(
    ([own, url, words]) =>
      (globalThis as unknown as PageGlobal).streamingDropIn.talk(own, url, words),
    [await token(), where.apiUrl, text] as const,
  );
}

function stop(): Promise<void> {
  return page.evaluate(() => (globalThis as unknown as PageGlobal).streamingDropIn.stop());
}

/** What the gateway has kept of a session's words. */
async function kept(sessionId: string): Promise<[role: string, text: string][]> {
  const { urls, account } = world.stack;
  const url = `${urls.avatar}/v1/sessions/${sessionId}/transcript`;
  const answer = await callApi<{
    data: { transcript_data: { role: string; transcript: string }[] };
  }>(url, { apiKey: account.secretKey });
  return answer.data.transcript_data.map(({ role, transcript }) => [role, transcript]);
}

describe('the unmodified HeyGen SDK with only its base URL changed', () => {
  it('connects, shows moving video, converses and stops', async () => {
    const streamed = await talk('What are your opening hours?');
    expect(streamed.frames).toBeGreaterThan(0);
    const answer = streamed.avatarLines[0]?.trim() ?? '';
    expect(answer).toMatch(/We are open Monday to Saturday/);
    expect(streamed.pieces).toBeGreaterThan(5);
    const repeated = await page.evaluate(() =>
      (globalThis as unknown as PageGlobal).streamingDropIn.repeat('Mind the step.'),
    );
    expect(repeated.trim()).toBe('Mind the step.');

    await stop();
    const { sessionId } = streamed;
    const url = `${world.stack.urls.simulator}/_control/heygen/sessions/${sessionId}`;
    expect(await callApi(url)).toMatchObject({ endReason: 'stopped', starts: 1 });
    await until('the gateway has all words', async () => (await kept(sessionId)).length === 3);
    expect(await kept(sessionId)).toEqual([
      ['user', 'What are your opening hours?'],
      ['avatar', answer],
      ['avatar', 'Mind the step.'],
    ]);
  });
});

describe('a refusal', () => {
  it('names a site that is not on the account’s list', async () => {
    const stranger = await open(world.strangeSite.origin);
    const refusals = [await refusedToken(stranger), await refusedStart(stranger, await token())];
    for (const { status, message } of refusals) {
      expect([status, message]).toEqual([403, expect.stringContaining('allowed')]);
      expect(message).toContain(world.strangeSite.origin);
    }
  });

  it('of an expired token reaches the SDK’s caller in words', async () => {
    const { account, wiring } = world.stack;
    const claims = {
      tokenId: randomUUID(),
      accountId: account.accountId,
      origin: world.listedSite.origin,
      visitorId: null,
      byServer: false,
      expiresAt: new Date(Date.now() - 60_000),
    };
    const own = await signAccountToken(claims, wiring.secrets.sessionTokenSecret);
    const refused = await refusedStart(page, own);
    expect(refused).toMatchObject({
      status: 401,
      message: expect.stringMatching(/^This token is not valid here/),
    });
  });

  it('of a session at the account’s cap says how many there are', async () => {
    await world.changeAccount({ limits: { maxConcurrentSessions: 1, maxSessionSeconds: 600 } });
    await talk('Hello');
    const second = await open(world.listedSite.origin);
    await until('the cap is known', async () => {
      const refused = await refusedStart(second, await token());
      return refused.status === 429 && /\b1\b/.test(refused.message);
    });
    await stop();
  });

  it('of a suspended account says so', async () => {
    const own = await token();
    await world.changeAccount({ suspended: true });
    for (const ask of [() => refusedToken(page), () => refusedStart(page, own)]) {
      await until('the suspension is known', async () => {
        const refused = await ask();
        return refused.status === 403 && /suspended/i.test(refused.message);
      });
    }
  });
});
