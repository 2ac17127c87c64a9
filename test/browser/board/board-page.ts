import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { cachePath } from '../../stack/project-root.js';

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

interface AxeViolations {
  readonly violations: {
    readonly id: string;
    readonly nodes: { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** The rules of WCAG up to 2.2 AA, and those of good practice. */
const AXE_RUN = `axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
})`;

/** What the page's own window notes for a test. */
interface Noted {
  refused: string[];
  asked: number;
}

/** Runs before the page: what its policy has refused, and whether anything opens a box. */
const NOTE = `(() => {
  const noted = { refused: [], asked: 0 };
  window.noted = noted;
  addEventListener('securitypolicyviolation', (event) =>
    noted.refused.push(event.violatedDirective + ' ' + event.blockedURI));
  for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => { noted.asked += 1; };
})()`;

/** What of a page is shown, in pixels. */
interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const MARGIN = 16;

export const PHONE = { width: 375, height: 740 };
export const DESK = { width: 1280, height: 860 };

/** An operator at a board. */
export class BoardPage {
  /** What the browser's console said, but for the calls that were refused. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly origin: string,
  ) {
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('console', (said) => {
      const isNote = said.text().startsWith('Failed to load resource');
      if (!isNote) this.complaints.push(said.text());
    });
  }

  static async open(
    browser: Browser,
    origin: string,
    options: BrowserContextOptions = {},
    hash = '',
  ): Promise<BoardPage> {
    const usual = { viewport: DESK, timezoneId: 'Europe/Berlin', locale: 'en-GB' };
    const context = await browser.newContext({ ...usual, ...options });
    await context.addInitScript(NOTE);
    const board = new BoardPage(await context.newPage(), origin);
    await board.page.goto(`${origin}/board${hash}`);
    return board;
  }

  async signIn(token: string): Promise<void> {
    await this.page.getByLabel("Operator's token").fill(token);
    await this.page.keyboard.press('Enter');
    await this.page.getByRole('navigation', { name: 'Views' }).waitFor();
  }

  /** Goes to a view by its address, which is left as it is where it is that. */
  async go(hash: string): Promise<void> {
    await this.page.goto(`${this.origin}/board${hash}`);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', {
      name,
      ...(typeof name === 'string' ? { exact: true } : {}),
    });
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole('link', { name });
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { level: 1, name });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** Waits until the board has said it, in its place for that. */
  async untilSaid(words: string | RegExp): Promise<void> {
    await this.page.locator('.said').filter({ hasText: words }).waitFor();
  }

  /** Whether the browser's tab is in front; it is told as a browser tells it. */
  async show(isShown: boolean): Promise<void> {
    await this.page.evaluate(`(() => {
      Object.defineProperty(document, 'hidden', { value: ${!isShown}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    })()`);
  }

  /** What has the focus: its label, or its text. */
  focused(): Promise<string> {
    return this.page.evaluate<string>(
      `document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent`,
    );
  }

  noted(): Promise<Noted> {
    return this.page.evaluate(() => (globalThis as unknown as { noted: Noted }).noted);
  }

  /** Rules of axe that the page breaks, with the elements. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(axeSource);
    const { violations } = await this.page.evaluate<AxeViolations>(AXE_RUN);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  }

  /** How far the page can be pushed sideways, in pixels. */
  overflow(): Promise<number> {
    return this.page.evaluate(`(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    })()`);
  }

  /** Kept in a folder that git ignores, to be looked at. */
  async picture(name: string, fullPage = true): Promise<void> {
    const folder = cachePath('screenshots', 'board');
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: `${folder}/${name}.png`, fullPage });
  }

  /** The whole page's width, from a little above one element to a little below another. */
  async clipOf(from: string, to: string): Promise<Clip> {
    const boxes = [from, to].map((each) => this.page.locator(each).first().boundingBox());
    const [first, last] = await Promise.all(boxes);
    if (!first || !last) throw new Error(`${from} or ${to} is not there.`);
    const y = Math.max(0, first.y - MARGIN);
    const width = this.page.viewportSize()?.width ?? 0;
    return { x: 0, y, width, height: last.y + last.height + MARGIN - y };
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
