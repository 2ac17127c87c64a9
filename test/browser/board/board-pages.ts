import type { Browser, BrowserContextOptions } from 'playwright-core';
import { BoardPage } from './board-page.js';

/** An operator's pages of one app's board. */
export class BoardPages {
  private opened: BoardPage[] = [];

  /** @param url of the app */
  constructor(
    private readonly browser: Browser,
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** A view of the board, signed in. */
  async at(hash: string, options?: BrowserContextOptions): Promise<BoardPage> {
    const board = await BoardPage.open(this.browser, this.url, options, hash);
    this.opened.push(board);
    await board.signIn(this.token);
    return board;
  }

  /** What the page's console said, what its policy refused and what asked for attention, of all pages. */
  async close(): Promise<unknown[]> {
    const { opened } = this;
    this.opened = [];
    const noted: unknown[] = [];
    for (const board of opened) {
      const { refused, asked } = await board.noted();
      noted.push(...board.complaints, ...refused, ...(asked === 0 ? [] : [`asked ${asked}`]));
      await board.close();
    }
    return noted;
  }
}
