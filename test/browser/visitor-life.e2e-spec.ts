import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { callApi } from '../stack/json-api.js';
import { until } from '../support/until.js';
import { type BrowserWorld, GRACE_SECONDS, startBrowserWorld } from './browser-world.js';
import { killVisitors } from './killed-visitors.js';
import { untilEnded, VisitorPage } from './visitor-page.js';

/** The page's heartbeat promises 5 s; two missed ones, the grace, and what T2 leaves for the stop. */
const T2_LEFT_MS = (GRACE_SECONDS + 10) * 1000;
const T2_KILLED_MS = 2 * 5_000 + T2_LEFT_MS;

// Pictures are drawn without a graphics card here.
jest.setTimeout(200_000);

let world: BrowserWorld;
const visitors: VisitorPage[] = [];

beforeAll(async () => {
  world = await startBrowserWorld();
}, 300_000);
afterAll(() => world.stop());
afterEach(async () => {
  const gone = visitors.splice(0);
  await Promise.all(gone.map((visitor) => visitor.close()));
  expect(gone.flatMap(({ complaints }) => complaints)).toEqual([]);
});

async function arrive(): Promise<VisitorPage> {
  const visitor = await VisitorPage.open(world);
  visitors.push(visitor);
  return visitor;
}

/** The gateway's own record: why a session ended. */
async function endReason(sessionId: string): Promise<string | null> {
  const { urls, account } = world.stack;
  const answer = await callApi<{ data: { end_reason: string | null } }>(
    `${urls.avatar}/v1/sessions/${sessionId}`,
    { apiKey: account.apiKey },
  );
  return answer.data.end_reason;
}

/** Waits until new sessions are as long as the account says; the gateway keeps it for seconds. */
async function untilCapIs(seconds: number): Promise<void> {
  const { urls, account } = world.stack;
  await until('the cap is known', async () => {
    const body = { conversation_id: randomUUID() };
    await callApi(`${urls.avatar}/v1/sessions/token`, { apiKey: account.apiKey, body });
    const { requests } = await world.vendor.ledger('?route=token&sessions=false');
    const asked = requests.at(-1)?.body as { max_session_duration?: number } | undefined;
    return asked?.max_session_duration === seconds;
  });
}

describe('a reload', () => {
  it('comes back to the same session and the same lines, again and again', async () => {
    const visitor = await arrive();
    const { sessionId } = await visitor.startVideo();
    await visitor.write('What are your opening hours?');
    await visitor.log.getByText('from nine to six').waitFor();
    for (let time = 0; time < 3; time += 1) {
      await visitor.page.reload();
      expect((await visitor.untilLive()).sessionId).toBe(sessionId);
      await visitor.untilMoving();
      await visitor.log.getByText('from nine to six').waitFor();
    }
    const session = await world.vendor.session(sessionId);
    expect(session).toMatchObject({ state: 'active', starts: 1, stops: 0 });
    const greetings = session.transcript.filter(({ text }) => text.startsWith('Hello, I am Katya'));
    expect(greetings).toHaveLength(1);
    await visitor.button('Stop video').click();
    await untilEnded(world, sessionId, 5_000);
  });

  it('after the grace is told that the video has ended, and text goes on', async () => {
    const visitor = await arrive();
    const { sessionId } = await visitor.startVideo();
    await visitor.page.goto('about:blank');
    await untilEnded(world, sessionId, T2_LEFT_MS);
    await visitor.page.goBack();
    await visitor.untilSaid(/ended while you were away/);
    await visitor.write('I am back.');
    await visitor.untilSaid('Sent.');
    expect(await endReason(sessionId)).toBe('visitor_left');
  });
});

describe('a tab', () => {
  it('that is reloaded keeps its session, and one whose process is gone leaves none running', async () => {
    const killed = await killVisitors(world, 20);
    const lastsMs = killed.map(async ({ sessionId, killedAtMs }) => {
      const ended = await untilEnded(world, sessionId, T2_KILLED_MS);
      expect(await endReason(sessionId)).toBe('visitor_left');
      return Date.parse(ended.endedAt ?? '') - killedAtMs;
    });
    expect(Math.max(...(await Promise.all(lastsMs)))).toBeLessThanOrEqual(T2_KILLED_MS);
    expect(killed).toHaveLength(20);
  });

  it('that is closed leaves no session running', async () => {
    const closed = await arrive();
    const { sessionId } = await closed.startVideo();
    await closed.page.close({ runBeforeUnload: true });
    const leftAtMs = Date.now();
    const ended = await untilEnded(world, sessionId, T2_LEFT_MS);
    const stayedMs = Date.parse(ended.endedAt ?? '') - leftAtMs;
    expect(stayedMs).toBeGreaterThan((GRACE_SECONDS - 2) * 1000);
    expect(await endReason(sessionId)).toBe('visitor_left');
  });

  it('whose scripts slept while its session ended says so when it wakes up', async () => {
    const visitor = await arrive();
    const { sessionId } = await visitor.startVideo();
    const devtools = await visitor.page.context().newCDPSession(visitor.page);
    await devtools.send('Debugger.enable');
    await devtools.send('Debugger.pause');
    await untilEnded(world, sessionId, T2_KILLED_MS);
    await devtools.send('Debugger.resume');
    await visitor.untilSaid(/You can go on writing, or start the video again/);
    await visitor.write('I was asleep.');
    await visitor.untilSaid('Sent.');
  });
});

describe('a session', () => {
  it('warns 30 s before its cap, and text goes on after it', async () => {
    await world.changeAccount({ limits: { maxConcurrentSessions: 100, maxSessionSeconds: 33 } });
    await untilCapIs(33);
    const visitor = await arrive();
    await visitor.startVideo();
    await visitor.untilSaid('The video ends in 30 seconds.', 6_000);
    await visitor.picture('8-warning');
    await world.vendor.advance(40);
    await visitor.untilSaid(/The time for video is over/);
    await visitor.write('One more thing.');
    await visitor.untilSaid('Sent.');
  });

  it('is one under the double effect of a strict framework', async () => {
    const visitor = await arrive();
    const before = (await world.vendor.summary()).sessions.known;
    await visitor.page.evaluate(
      ([key, api]) => {
        const { AvatarChat, document } = globalThis as unknown as StrictPage;
        const container = document.querySelector('#chat');
        const mount = (): ReturnType<StrictPage['AvatarChat']['mount']> => {
          const mounted = AvatarChat.mount(container, { key, api });
          void mounted.startVideo();
          return mounted;
        };
        mount().unmount();
        mount();
      },
      [world.stack.account.apiKey, world.stack.urls.petya] as const,
    );
    const { sessionId } = await visitor.untilLive();
    const { sessions } = await world.vendor.summary();
    expect(sessions.known).toBe(before + 1);
    expect(await world.vendor.session(sessionId)).toMatchObject({ starts: 1, state: 'active' });
    await visitor.button('Stop video').click();
    await untilEnded(world, sessionId, 5_000);
  });
});

/** What the page of the last test offers. */
interface StrictPage {
  readonly document: { querySelector(selector: string): unknown };
  readonly AvatarChat: {
    mount(
      container: unknown,
      options: { key: string; api: string },
    ): { startVideo(): Promise<void>; unmount(): void };
  };
}
