import type { BrowserContext, Locator, Page } from 'playwright-core';

/** A visitor of somebody else's page. */
export class OddVisitor {
  /** What the browser's console said to the page's developer. */
  readonly said: string[] = [];
  readonly errors: string[] = [];

  private constructor(readonly page: Page) {
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'warning') this.said.push(message.text());
      const isNote = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isNote) this.errors.push(message.text());
    });
  }

  /** @param before runs in the page before any of its scripts */
  static async open(context: BrowserContext, url: string, before?: string): Promise<OddVisitor> {
    const visitor = new OddVisitor(await context.newPage());
    if (before !== undefined) await visitor.page.addInitScript(before);
    await visitor.page.goto(url);
    return visitor;
  }

  get chat(): Locator {
    return this.page.locator('avatar-chat');
  }

  get input(): Locator {
    return this.page.getByLabel('Your message');
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  async untilSaid(words: string | RegExp): Promise<void> {
    const status = this.page.getByRole('status');
    await status
      .filter({ hasText: words })
      .waitFor()
      .catch(async () => {
        const shown = await status.allTextContents();
        throw new Error(`not said: ${String(words)}, but: ${shown.join(' | ')}; ${this.told}`);
      });
  }

  async write(text: string): Promise<void> {
    const kept = this.page.waitForResponse(
      (answer) =>
        answer.ok() &&
        answer.url().endsWith('/userMessages/init') &&
        answer.request().method() === 'POST',
    );
    const typed = this.input.fill(text).then(() => this.input.press('Enter'));
    await Promise.all([kept, typed]);
    await this.untilSaid(/Sent|You are talking/);
  }

  async startVideo(): Promise<void> {
    await this.button('Talk with video').click();
    await this.untilSaid('You are talking');
  }

  /** Everything that the developer was told, as one text. */
  get told(): string {
    return [...this.said, ...this.errors].join('\n');
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
