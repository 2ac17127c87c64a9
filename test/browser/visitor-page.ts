import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect } from '@jest/globals';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { ConversationPageDto } from '#contracts';
import { callApi } from '../stack/json-api.js';
import { cachePath } from '../stack/project-root.js';
import { until } from '../support/until.js';
import type { LedgerSession } from '../vendor-simulator/simulator.control.js';
import type { BrowserWorld } from './browser-world.js';

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

interface AxeRun {
  axe: {
    run(options: {
      preload: boolean;
    }): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
  };
}

/**
 * What the media client rejects with nobody listening, where its server takes longer than 15 s to agree
 * on a connection; it connects again by itself.
 */
const MEDIA_CLIENTS_OWN = ['negotiation timed out'];

/**
 * What the browser notes where the media client has connected anew and unmutes a video that still waits for
 * a touch. That the picture goes on without sound then is a test of its own.
 */
const UNMUTED_UNTOUCHED = 'Unmuting failed and the element was paused instead';

/** A visitor at the shop's page, as somebody looking at it would describe it. */
export class VisitorPage {
  /** What the browser's console said about code of ours; the vendor's SDK is talkative. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly world: BrowserWorld,
  ) {
    page.on('pageerror', ({ message }) => {
      if (!MEDIA_CLIENTS_OWN.includes(message)) this.complaints.push(message);
    });
    page.on('console', (said) => {
      const isOurs = !/\/avatar-sdk[.\w]*\.js$/.test(said.location().url);
      // The browser itself notes every refused request.
      const text = said.text();
      const isNote =
        text.startsWith('Failed to load resource') || text.startsWith(UNMUTED_UNTOUCHED);
      const isComplaint = ['error', 'warning'].includes(said.type());
      if (isOurs && isComplaint && !isNote) this.complaints.push(text);
    });
  }

  static async open(world: BrowserWorld, context?: BrowserContext): Promise<VisitorPage> {
    const page = await (context ?? (await world.browser.newContext())).newPage();
    const visitor = new VisitorPage(page, world);
    await page.goto(world.stack.urls.page);
    await visitor.button('Talk with video').or(visitor.button('Stop video')).waitFor();
    return visitor;
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  get log(): Locator {
    return this.page.getByRole('log');
  }

  async untilSaid(words: string | RegExp, timeout = 25_000): Promise<void> {
    const status = this.page.getByRole('status');
    await status
      .filter({ hasText: words })
      .waitFor({ timeout })
      .catch(async () => {
        throw new Error(`not said: ${String(words)}, but: ${await status.textContent()}`);
      });
  }

  async startVideo(): Promise<LedgerSession> {
    await this.button('Talk with video').click();
    return this.untilLive();
  }

  /** On a busy machine the first picture may be followed by a pause, which the page notices. */
  async untilLive(): Promise<LedgerSession> {
    await this.untilSaid(/You are talking with Katya|The connection is weak|The video ends in/);
    return this.session();
  }

  /** Writes a message, as somebody with a keyboard does. */
  async write(text: string): Promise<void> {
    await this.page.getByLabel('Your message').fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Writes while nobody is on video: Petya keeps it, and somebody answers in writing. */
  async writeAndBeAnswered(text: string, answer: string): Promise<void> {
    await this.write(text);
    await this.untilSaid('Sent.');
    await this.log.getByText(answer).waitFor();
  }

  /** The vendor's record of the session that the developer's panel names. */
  async session(): Promise<LedgerSession> {
    const id = await this.page.locator('.desk [data-session]').textContent();
    return this.world.vendor.session(id ?? '');
  }

  /** The conversation that the plugin remembers. */
  async conversationId(): Promise<string> {
    const memory = await this.page.evaluate(
      (key) =>
        (
          globalThis as unknown as { sessionStorage: { getItem(name: string): string } }
        ).sessionStorage.getItem(key),
      `avatar-chat.${this.world.stack.account.apiKey}`,
    );
    return (JSON.parse(memory) as ConversationPageDto).conversationId;
  }

  /** That conversation as Petya keeps it. */
  async stored(): Promise<ConversationPageDto> {
    const { urls, account } = this.world.stack;
    const path = `/api/v1/conversations/userConversation/${await this.conversationId()}`;
    return callApi(`${urls.petya}${path}`, { bearer: account.secretKey });
  }

  /** Pictures shown so far. */
  frames(): Promise<number> {
    return this.page
      .locator('avatar-chat video')
      .evaluate(
        (video) =>
          (
            video as unknown as { getVideoPlaybackQuality(): { totalVideoFrames: number } }
          ).getVideoPlaybackQuality().totalVideoFrames,
      );
  }

  async untilMoving(): Promise<void> {
    const before = await this.frames();
    await until('the picture moves', async () => (await this.frames()) > before + 3);
  }

  /** Rules of axe that the page breaks, with the elements. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(axeSource);
    const { violations } = await this.page.evaluate(() =>
      // A picture from a room is never "loaded", which axe would wait for.
      (globalThis as unknown as AxeRun).axe.run({ preload: false }),
    );
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  /** Kept in a folder that git ignores, to be looked at. */
  async picture(name: string): Promise<void> {
    const folder = cachePath('screenshots');
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** Waits until the vendor's session has ended and tells when. */
export async function untilEnded(
  world: BrowserWorld,
  id: string,
  withinMs: number,
): Promise<LedgerSession> {
  const ended = await until(
    `the vendor's session has ended`,
    async () => {
      const session = await world.vendor.session(id);
      return session.state === 'ended' && session;
    },
    withinMs,
  );
  expect(ended.starts).toBe(1);
  return ended;
}
