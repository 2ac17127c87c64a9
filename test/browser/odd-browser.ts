import { afterAll, afterEach, beforeAll, beforeEach, expect, jest } from '@jest/globals';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { ODD_FLAGS, type OddPage, OddSite } from './odd-site.js';
import { OddVisitor } from './odd-visitor.js';

/** The customer's key that the pages' tags name. */
export const ODD_KEY = 'SE_odd-pages-00001';

/** As many as a busy machine shows at once. */
const AT_ONCE = 4;

/** A browser, and a site whose pages are made as they are needed. */
export class OddBrowser {
  readonly site = new OddSite();
  context!: BrowserContext;
  private browser!: Browser;
  private opened = 0;

  async start(): Promise<void> {
    await this.site.start();
    this.browser = await launchChromium([...ODD_FLAGS, '--use-fake-ui-for-media-stream']);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.site.stop();
  }

  /** A browser that remembers nothing, and services that refuse nothing. */
  async renew(): Promise<void> {
    this.context = await this.browser.newContext({ hasTouch: true });
    this.context.setDefaultTimeout(20_000);
    this.site.calls.length = 0;
    this.site.refuses = () => undefined;
    this.site.hasSdk = true;
  }

  /**
   * Opens a page at an address of its own.
   * @param before runs before the page's own scripts
   */
  open(page: Partial<OddPage>, before?: string, host?: string): Promise<OddVisitor> {
    this.opened += 1;
    const path = `/page-${this.opened}`;
    this.site.pages.set(path, { html: html(this.site.tag()), ...page });
    return OddVisitor.open(this.context, this.site.url(path, host), before);
  }

  /** Tries many pages side by side, since each mostly waits; a failure names its case. */
  async together<T>(
    cases: readonly T[],
    nameOf: (one: T) => string,
    run: (one: T) => Promise<void>,
  ): Promise<void> {
    const failures: string[] = [];
    const left = [...cases];
    const work = async (): Promise<void> => {
      for (let one = left.shift(); one !== undefined; one = left.shift()) {
        const name = nameOf(one);
        await run(one).catch((error: unknown) => failures.push(`${name}: ${String(error)}`));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(failures).toEqual([]);
  }
}

/** The browser and the site of one test file, from its first test to its last. */
export function useOddBrowser(): OddBrowser {
  // Pictures are drawn without a graphics card here.
  jest.setTimeout(90_000);
  const odd = new OddBrowser();
  beforeAll(() => odd.start(), 60_000);
  afterAll(() => odd.stop());
  beforeEach(() => odd.renew());
  afterEach(() => odd.context.close());
  return odd;
}

export function html(body: string, head = ''): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Odd</title><link rel="icon" href="data:,">${head}<body>${body}</body></html>`;
}
