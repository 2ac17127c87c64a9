import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { until } from '../support/until.js';
import { type BrowserWorld, startBrowserWorld } from './browser-world.js';
import { FAKE_MICROPHONE } from './chromium.js';
import { untilEnded, VisitorPage } from './visitor-page.js';

// Pictures are drawn without a graphics card here.
jest.setTimeout(90_000);

let world: BrowserWorld;
let visitor: VisitorPage;

beforeAll(async () => {
  world = await startBrowserWorld(FAKE_MICROPHONE);
}, 300_000);
afterAll(() => world.stop());
beforeEach(async () => {
  visitor = await VisitorPage.open(world);
});
afterEach(async () => {
  await visitor.close();
  expect(visitor.complaints).toEqual([]);
});

/** Runs in the page: parts of the paths in the developer's panel that stand on two lines. */
const BROKEN_WORDS = `[...document.querySelectorAll('[data-calls] span')]
  .flatMap((path) => [...path.childNodes])
  .filter((node) => node.nodeType === Node.TEXT_NODE && !node.data.includes(' '))
  .filter((node) => {
    const range = document.createRange();
    range.selectNode(node);
    return range.getClientRects().length > 1;
  })
  .map((node) => node.data)`;

/** Runs in the page. */
function animationOf(element: unknown): string {
  const { getComputedStyle } = globalThis as unknown as {
    getComputedStyle(of: unknown): { animationName: string };
  };
  return getComputedStyle(element).animationName;
}

describe('the plugin in the shop’s page', () => {
  it('greets, converses on video by keyboard alone, and shows what Petya stored', async () => {
    const { page } = visitor;
    await visitor.log.getByText('Hello, I am Katya. What can I do for you?').waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('1-ready');
    await world.vendor.fault({ route: 'start', kind: 'delay', delayMs: 4_000 });
    await visitor.button('Talk with video').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Connecting' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('2-connecting');
    const { sessionId } = await visitor.untilLive();
    await visitor.untilMoving();
    await until('the avatar has said its intro', async () => {
      const { transcript } = await world.vendor.session(sessionId);
      return transcript.length > 0;
    });
    await page.getByLabel('Your message').focus();
    await page.keyboard.type('How long does delivery take?');
    await page.keyboard.press('Enter');
    await visitor.log.getByText('two to three working days').waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('3-live');
    await visitor.button('End conversation').focus();
    await page.keyboard.press('Enter');
    await visitor.untilSaid('The conversation has ended.');
    await page.getByText(/Conversation completed, messages: 1, spoken lines: 3/).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('4-ended');
    const { endReason, transcript } = await world.vendor.session(sessionId);
    expect(endReason).not.toBeNull();
    expect(transcript.map(({ role }) => role)).toEqual(['avatar', 'user', 'avatar']);
  });

  it('is 40 kB at most, loads the vendor’s SDK when video starts, and lets go of a microphone', async () => {
    const asked: string[] = [];
    visitor.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await visitor.page.reload();
    await visitor.button('Talk with video').waitFor();
    const sdk = expect.arrayContaining([expect.stringMatching(/^\/plugin\/v1\/avatar-sdk\./)]);
    expect(asked).toContain('/plugin/v1/plugin.js');
    expect(asked).not.toEqual(sdk);
    const url = `${world.stack.urls.avatar}/plugin/v1/plugin.js`;
    const script = await (await fetch(url)).arrayBuffer();
    expect(gzipSync(Buffer.from(script)).length).toBeLessThanOrEqual(40_000);
    const told = visitor.page.waitForEvent('console', (said) =>
      said.text().startsWith('Lines of avatar-sdk are the vendor’s'),
    );
    await visitor.startVideo();
    expect((await told).type()).toBe('info');
    expect(asked).toEqual(sdk);
    await visitor.button('Use microphone').click();
    await visitor.button('Microphone is on').click();
    await visitor.button('Use microphone').waitFor();
    await visitor.button('Stop video').click();
    await visitor.untilSaid('The video is off.');
  });

  it.each([
    ['moves while it waits', 'no-preference', 'breathe'],
    ['keeps still for somebody who asked for little motion', 'reduce', 'none'],
  ] as const)('%s', async (_what, reducedMotion, expected) => {
    await visitor.page.emulateMedia({ reducedMotion });
    const dot = visitor.page.locator('avatar-chat .wait i').first();
    expect(await dot.evaluate(animationOf)).toBe(expected);
  });

  it('fits on a phone and breaks no rule of accessibility there', async () => {
    await visitor.page.setViewportSize({ width: 360, height: 800 });
    await visitor.startVideo();
    await visitor.write('Hello');
    await visitor.log.getByText('welcome to the shop').waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('5-live-on-a-phone');
    expect(await visitor.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await visitor.page.evaluate(BROKEN_WORDS)).toEqual([]);
    await visitor.button('Stop video').click();
    await visitor.untilSaid('The video is off.');
  });
});

describe('text goes on in the same conversation', () => {
  /** The visitor writes, and Petya keeps it where the conversation is. */
  async function writesOn(text: string): Promise<void> {
    await visitor.write(text);
    await visitor.untilSaid('Sent.');
    const { messages } = await visitor.stored();
    expect(messages.map(({ content }) => content)).toContain(text);
  }

  it('when the vendor has no slot, and video can be taken up again', async () => {
    await visitor.write('Are you there?');
    await visitor.untilSaid('Sent.');
    const before = await visitor.conversationId();
    await world.vendor.set({ concurrencyLimit: 0 });
    await visitor.button('Talk with video').click();
    await visitor.untilSaid(/is talking with other visitors right now/);
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('6-busy');
    await writesOn('Then I write.');
    expect(await visitor.conversationId()).toBe(before);
    await world.vendor.set({ concurrencyLimit: 100 });
    const { sessionId } = await visitor.startVideo();
    await visitor.button('Stop video').click();
    await untilEnded(world, sessionId, 5_000);
    expect(await visitor.conversationId()).toBe(before);
  });

  it('when the vendor is down', async () => {
    await world.vendor.fault({ route: 'token', kind: 'status', status: 500, times: -1 });
    await visitor.button('Talk with video').click();
    await visitor.untilSaid(/cannot be shown right now/);
    await writesOn('Nobody to be seen.');
    await world.vendor.clearFaults();
  });

  it('when the room is lost, and video can be taken up again', async () => {
    const { sessionId } = await visitor.startVideo();
    const livekit = world.stack.processes.get('livekit');
    await livekit.stop();
    await visitor.untilSaid(/Reconnecting|interrupted/);
    expect(await visitor.violations()).toEqual([]);
    await visitor.picture('7-room-lost');
    await visitor.untilSaid(/The video was interrupted/, 40_000);
    await writesOn('The picture is gone.');
    await untilEnded(world, sessionId, 5_000);
    await livekit.start();
    await visitor.startVideo();
    await visitor.untilMoving();
    await visitor.button('Stop video').click();
  });

  it('when the vendor ends the video', async () => {
    const { sessionId } = await visitor.startVideo();
    await world.vendor.end(sessionId, 'IDLE_TIMEOUT');
    await visitor.untilSaid(/ended because nothing was said/);
    await writesOn('I am still here.');
  });
});
