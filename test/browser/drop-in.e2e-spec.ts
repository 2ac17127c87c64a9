import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { signSessionToken } from '../../apps/ilianaai-avatar/src/auth/session-token.js';
import type { DropIn, Where } from '../chat-plugin/src/drop-in/drop-in.js';
import { ApiFailure, callApi } from '../stack/json-api.js';
import { until } from '../support/until.js';
import { type BrowserWorld, startBrowserWorld } from './browser-world.js';
import { FAKE_MICROPHONE } from './chromium.js';

// Pictures are drawn without a graphics card here.
jest.setTimeout(90_000);

let world: BrowserWorld;
let page: Page;
let where: Where;

beforeAll(async () => {
  world = await startBrowserWorld(FAKE_MICROPHONE);
  where = { apiUrl: world.stack.urls.avatar, key: world.stack.account.apiKey };
}, 300_000);
afterAll(() => world.stop());
beforeEach(async () => {
  page = await open(world.listedSite.origin);
});

/** What `src/drop-in` puts on its page. */
type PageGlobal = { dropIn: DropIn };

async function open(origin: string): Promise<Page> {
  const context = await world.browser.newContext();
  const opened = await context.newPage();
  await opened.goto(origin);
  await opened.waitForFunction('window.dropIn');
  return opened;
}

function talk(text: string): ReturnType<DropIn['talk']> {
  return page.evaluate(
    ([to, words]) => (globalThis as unknown as PageGlobal).dropIn.talk(to, words),
    [where, text] as const,
  );
}

function token(): Promise<string> {
  return page.evaluate((to) => (globalThis as unknown as PageGlobal).dropIn.token(to), where);
}

function refusedToken(on: Page): ReturnType<DropIn['refusedToken']> {
  return on.evaluate((to) => (globalThis as unknown as PageGlobal).dropIn.refusedToken(to), where);
}

function refusedStart(token: string, on = page): ReturnType<DropIn['refusedStart']> {
  return on.evaluate(
    ([own, apiUrl]) => (globalThis as unknown as PageGlobal).dropIn.refusedStart(own, apiUrl),
    [token, where.apiUrl] as const,
  );
}

/** A token of ours for a session nobody knows, with the given end of its life. */
function ownToken(expiresAt: Date): Promise<string> {
  const claims = {
    sessionId: randomUUID(),
    vendorSessionId: randomUUID(),
    accountId: world.stack.account.accountId,
    origin: world.listedSite.origin,
    grant: randomUUID(),
    expiresAt,
  };
  return signSessionToken(claims, world.stack.wiring.secrets.sessionTokenSecret);
}

describe('the unmodified LiveAvatar SDK with only its base URL changed', () => {
  it('connects, shows moving video, converses and stops', async () => {
    const heard = await talk('What are your opening hours?');
    expect(heard.states).toEqual(['CONNECTING', 'CONNECTED']);
    expect(heard.frames).toBeGreaterThan(1);
    expect(heard.avatarLines[0]).toMatch(/We are open Monday to Saturday/);
    expect(heard.chunks).toBeGreaterThan(5);
    expect(heard.maxSeconds).toBe(600);
    const { activeSessionIds } = await world.vendor.summary();
    expect(activeSessionIds).toHaveLength(1);

    const reason = await page.evaluate(() => (globalThis as unknown as PageGlobal).dropIn.stop());
    expect(reason).toBe('CLIENT_INITIATED');
    const ended = await until('the vendor has ended it', async () => {
      const session = await world.vendor.session(activeSessionIds[0] ?? '');
      return session.state === 'ended' && session;
    });
    expect(ended.transcript.map(({ role }) => role)).toEqual(['user', 'avatar']);
  });

  it('learns that the vendor ended the session', async () => {
    await talk('');
    const [id = ''] = (await world.vendor.summary()).activeSessionIds;
    const gone = page.waitForEvent('console', {
      predicate: (said) => said.text().includes('Server stopped session, reason: IDLE_TIMEOUT'),
      timeout: 5_000,
    });
    await world.vendor.end(id, 'IDLE_TIMEOUT');
    await gone;
  });
});

describe('push to talk by the unmodified SDK', () => {
  async function push(): ReturnType<DropIn['pushToTalk']> {
    return page.evaluate(
      (to) => (globalThis as unknown as PageGlobal).dropIn.pushToTalk(to),
      where,
    );
  }

  it('is heard, and answered, where the account talks so', async () => {
    await world.changeAccount({ avatar: { interactivity: 'push_to_talk' } });
    const pushed = await until('the change is known', async () => {
      const done = await push();
      return done.started && done;
    });
    expect(pushed).toEqual({
      started: true,
      isMutedBefore: true,
      isMutedMeanwhile: false,
      heard: ['What are your opening hours?'],
      answer: expect.stringMatching(/We are open Monday to Saturday/),
    });
    const [id = ''] = (await world.vendor.summary()).activeSessionIds.slice(-1);
    expect(await world.vendor.session(id)).toMatchObject({
      request: { interactivity_type: 'PUSH_TO_TALK' },
    });
    await page.evaluate(() => (globalThis as unknown as PageGlobal).dropIn.stop());
  });

  it('is refused by the vendor where the account is in conversation', async () => {
    await world.changeAccount({ avatar: { interactivity: 'conversational' } });
    const pushed = await until('the change is known', async () => {
      const done = await push();
      await page.evaluate(() => (globalThis as unknown as PageGlobal).dropIn.stop());
      return !done.started && done;
    });
    expect(pushed).toMatchObject({ isMutedMeanwhile: true, heard: [] });
  });
});

describe('a refusal', () => {
  it('names a site that is not on the account’s list', async () => {
    const stranger = await open(world.strangeSite.origin);
    const refused = await refusedToken(stranger);
    expect(refused).toMatchObject({ status: 403, message: expect.stringContaining('allowed') });
    expect(refused.message).toContain(world.strangeSite.origin);
    expect(await refusedStart(await token(), stranger)).toEqual(refused);
  });

  it('of an expired token reaches the SDK’s caller in words', async () => {
    const refused = await refusedStart(await ownToken(new Date(Date.now() - 60_000)));
    expect(refused).toMatchObject({
      status: 401,
      message: expect.stringMatching(/^This token is not valid here/),
    });
  });

  it('of a session at the account’s cap says how many there are', async () => {
    await world.changeAccount({ limits: { maxConcurrentSessions: 1, maxSessionSeconds: 600 } });
    await until('the cap is known', async () => {
      await talk('').catch(() => undefined);
      const refused = await refusedToken(page);
      return refused.status === 429 && /\b1\b/.test(refused.message);
    });
    await page.evaluate(() => (globalThis as unknown as PageGlobal).dropIn.stop());
  });

  it('of a suspended account says so', async () => {
    await world.changeAccount({ limits: { maxConcurrentSessions: 100, maxSessionSeconds: 600 } });
    const own = await until('the cap is lifted', () => token().catch(() => false as const));
    await world.changeAccount({ suspended: true });
    await until('the suspension is known', async () => {
      const refused = await refusedToken(page);
      return refused.status === 403 && /suspended/i.test(refused.message);
    });
    // Of the account that a token names the gateway may know for some seconds longer.
    const url = `${world.stack.urls.avatar}/v1/sessions/start`;
    const isRefused = (error: unknown): boolean =>
      error instanceof ApiFailure && error.status === 403;
    await until('tokens are refused', () =>
      callApi(url, { method: 'POST', bearer: own }).then(() => false, isRefused),
    );
    expect(await refusedStart(own)).toMatchObject({
      status: 403,
      message: expect.stringMatching(/suspended/i),
    });
  });
});
