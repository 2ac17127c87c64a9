import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { OWN_GREETING_MS } from '../chat-plugin/src/plugin/greeting.js';
import { callApi } from '../stack/json-api.js';
import { until } from '../support/until.js';
import { type BrowserWorld, GRACE_SECONDS, startBrowserWorld } from './browser-world.js';
import { type Abandoned, killVisitors } from './killed-visitors.js';
import { forbidMedia, forbidSound, putToSleep } from './page-troubles.js';
import { untilEnded, VisitorPage } from './visitor-page.js';

/** The page's heartbeat promises 5 s; two missed ones, the grace, and what T2 leaves for the stop. */
const T2_LEFT_MS = (GRACE_SECONDS + 10) * 1000;
const T2_KILLED_MS = 2 * 5_000 + T2_LEFT_MS;

// Pictures are drawn without a graphics card here.
jest.setTimeout(90_000);

let world: BrowserWorld;
const visitors: VisitorPage[] = [];

beforeAll(async () => {
  world = await startBrowserWorld();
}, 300_000);
afterAll(async () => {
  await Promise.all(visitors.map((visitor) => visitor.close()));
  await world.stop();
  expect(visitors.flatMap(({ complaints }) => complaints)).toEqual([]);
});

async function arrive(): Promise<VisitorPage> {
  const visitor = await VisitorPage.open(world);
  visitors.push(visitor);
  return visitor;
}

/** The gateway's own record: why a session ended, once it says so. */
async function endReason(sessionId: string): Promise<string> {
  const { urls, account } = world.stack;
  return until('the gateway knows why', async () => {
    const answer = await callApi<{ data: { end_reason: string | null } }>(
      `${urls.avatar}/v1/sessions/${sessionId}`,
      { apiKey: account.secretKey },
    );
    return answer.data.end_reason;
  });
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

async function untilGreeted(sessionId: string): Promise<void> {
  await until('the avatar has greeted', async () => {
    const { transcript } = await world.vendor.session(sessionId);
    return transcript.some(({ role }) => role === 'avatar');
  });
}

describe('an avatar whose context has an opening text', () => {
  it('greets by itself, and is not made to greet once more', async () => {
    const own = 'Welcome to Blumenhaus.';
    await world.vendor.set({ greeting: own });
    const visitor = await arrive();
    const { sessionId } = await visitor.startVideo();
    await visitor.log.getByText(own).waitFor();
    await visitor.page.waitForTimeout(OWN_GREETING_MS + 1_000);
    await visitor.page.reload();
    await visitor.untilLive();
    await visitor.page.waitForTimeout(OWN_GREETING_MS + 1_000);
    await world.vendor.set({ greeting: null });
    const { transcript } = await world.vendor.session(sessionId);
    expect(transcript.map(({ text }) => text)).toEqual([own]);
    await visitor.button('Stop video').click();
    await untilEnded(world, sessionId, 5_000);
  });
});

describe('a reload', () => {
  it('comes back to the same lines, and one greeting', async () => {
    const visitor = await arrive();
    const { sessionId } = await visitor.startVideo();
    await untilGreeted(sessionId);
    await visitor.write('What are your opening hours?');
    await visitor.log.getByText('from nine to six').waitFor();
    for (let time = 0; time < 2; time += 1) {
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
});

/** They go at about the same time, so that their time is waited for once. */
describe('a visitor', () => {
  let away: Left;
  let frozen: Left;
  let closed: Left;
  let wake: () => Promise<void>;
  let killed: readonly Abandoned[];
  let shutIn: VisitorPage;

  beforeAll(async () => {
    shutIn = await arrive();
    await forbidMedia(shutIn.page);
    await shutIn.button('Talk with video').click();
    away = await leaving((visitor) => visitor.page.goto('about:blank'));
    frozen = await leaving(async (visitor) => {
      wake = await putToSleep(visitor.page);
    });
    closed = await leaving((visitor) => visitor.page.close({ runBeforeUnload: true }));
    killed = await killVisitors(world, 20);
  }, 240_000);

  it('who reloads keeps the session, and whose tab is killed leaves none running', async () => {
    expect(killed).toHaveLength(20);
    const lastedMs = killed.map(async ({ sessionId, killedAtMs }) => {
      const ended = await untilEnded(world, sessionId, T2_KILLED_MS);
      expect(await endReason(sessionId)).toBe('visitor_left');
      return Date.parse(ended.endedAt ?? '') - killedAtMs;
    });
    expect(Math.max(...(await Promise.all(lastedMs)))).toBeLessThanOrEqual(T2_KILLED_MS);
  });

  it('who closes the tab has the grace and leaves no session running', async () => {
    const ended = await untilEnded(world, closed.sessionId, T2_LEFT_MS);
    const stayedMs = Date.parse(ended.endedAt ?? '') - closed.leftAtMs;
    expect(stayedMs).toBeGreaterThan((GRACE_SECONDS - 2) * 1000);
    expect(stayedMs).toBeLessThanOrEqual(T2_LEFT_MS);
    expect(await endReason(closed.sessionId)).toBe('visitor_left');
  });

  it('who comes back after the grace is told that the video has ended, and writes on', async () => {
    await untilEnded(world, away.sessionId, T2_LEFT_MS);
    await away.visitor.page.goBack();
    await away.visitor.untilSaid(/ended while you were away/);
    await away.visitor.writeAndBeAnswered('Do you deliver?', 'two to three working days');
    expect(await endReason(away.sessionId)).toBe('visitor_left');
  });

  it('whose page was frozen while the session ended is told so, and writes on', async () => {
    await untilEnded(world, frozen.sessionId, T2_KILLED_MS);
    expect(await endReason(frozen.sessionId)).toBe('visitor_left');
    await wake();
    await frozen.visitor.untilSaid(/You can go on writing, or start the video again/);
    await frozen.visitor.writeAndBeAnswered('How can I pay?', 'by card, by invoice');
    const { sessionId } = await frozen.visitor.startVideo();
    expect(sessionId).not.toBe(frozen.sessionId);
    await frozen.visitor.button('Stop video').click();
  });

  it('whose network lets no media through is told so, and writes on', async () => {
    await shutIn.untilSaid(/The video cannot be shown right now/, 40_000);
    await shutIn.writeAndBeAnswered('What is the price?', 'forty-nine euros');
    await untilEnded(world, (await shutIn.session()).sessionId, 5_000);
    await shutIn.page.reload();
    await shutIn.log.getByText('forty-nine euros').waitFor();
    await shutIn.startVideo();
    await shutIn.button('Stop video').click();
  });

  /** Talks on video for a moment, then goes in some way. */
  async function leaving(go: (visitor: VisitorPage) => Promise<unknown>): Promise<Left> {
    const visitor = await arrive();
    const { sessionId } = await visitor.startVideo();
    await go(visitor);
    return { visitor, sessionId, leftAtMs: Date.now() };
  }
});

interface Left {
  readonly visitor: VisitorPage;
  readonly sessionId: string;
  readonly leftAtMs: number;
}

describe('a session', () => {
  it('warns a minute before its cap, and text goes on after it', async () => {
    await world.changeAccount({ limits: { maxConcurrentSessions: 100, maxSessionSeconds: 65 } });
    await untilCapIs(65);
    const visitor = await arrive();
    await visitor.startVideo();
    await visitor.untilSaid('The video ends in about a minute.', 8_000);
    await visitor.picture('8-warning');
    await world.vendor.advance(70);
    await visitor.untilSaid(/The time for video is over/);
    await visitor.writeAndBeAnswered('Thanks!', 'Have a lovely day');
  });

  it('is one under the double effect of a strict framework', async () => {
    const visitor = await arrive();
    await forbidSound(visitor.page);
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
    // Nobody has touched this page: it may show pictures, and make no sound yet.
    const video = visitor.page.locator('avatar-chat video');
    await visitor.button('Turn the sound on').waitFor();
    // As the media client and the browser do it where the connection was made anew.
    await video.evaluate((element) => {
      const picture = element as unknown as { muted: boolean; pause(): void };
      picture.muted = false;
      picture.pause();
    });
    await until('the picture goes on without sound', async () =>
      video.evaluate((element) => {
        const picture = element as unknown as { muted: boolean; paused: boolean };
        return picture.muted && !picture.paused;
      }),
    );
    await visitor.button('Turn the sound on').click();
    await visitor.button('Turn the sound on').waitFor({ state: 'hidden' });
    expect(await visitor.page.locator('avatar-chat video').evaluate(isMuted)).toBe(false);
    await visitor.button('Use microphone').click();
    await visitor.untilSaid('There is no microphone on this device.');
    await visitor.write('What sizes do you have?');
    await visitor.log.getByText('small, medium and large').waitFor();
    await visitor.button('Stop video').click();
    await untilEnded(world, sessionId, 5_000);
  });
});

function isMuted(video: unknown): boolean {
  return (video as { muted: boolean }).muted;
}

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
