import { afterAll, afterEach, beforeAll, beforeEach, expect, jest } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { anOverview } from '../../support/board-samples.js';
import { launchChromium } from '../chromium.js';
import { BoardPage } from './board-page.js';
import { BoardStandIn, TOKEN } from './board-stand-in.js';

/** A board with a stand-in for its gateway, for the tests of a file. */
export interface UsedBoard {
  readonly standIn: BoardStandIn;
  /** At the way in. */
  atDoor(options?: BrowserContextOptions, hash?: string): Promise<BoardPage>;
  /** At a view, signed in. */
  at(hash: string, options?: BrowserContextOptions): Promise<BoardPage>;
  /** Goes to a view, and waits until it shows what it was told. */
  show(board: BoardPage, hash: string): Promise<void>;
}

/**
 * Starts both for a file, with all calm at the beginning of each test, and holds every test to a page
 * without complaints, in which nothing has run that is not the board's own.
 */
export function useBoard(): UsedBoard {
  // Pictures are drawn without a graphics card here.
  jest.setTimeout(90_000);
  let browser: Browser;
  let standIn: BoardStandIn;
  let pages: BoardPage[] = [];
  beforeAll(async () => {
    [browser, standIn] = await Promise.all([launchChromium(), BoardStandIn.start()]);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await standIn.close();
  });
  beforeEach(() => {
    standIn.reset(anOverview({}, Date.now()));
  });
  afterEach(async () => {
    const opened = pages;
    pages = [];
    for (const board of opened) {
      const noted = await board.noted();
      await board.close();
      expect([board.complaints, noted]).toEqual([[], { refused: [], asked: 0 }]);
    }
  });
  const atDoor = async (options?: BrowserContextOptions, hash?: string): Promise<BoardPage> => {
    const board = await BoardPage.open(browser, standIn.origin, options, hash);
    pages.push(board);
    return board;
  };
  return {
    get standIn() {
      return standIn;
    },
    atDoor,
    show: async (board, hash) => {
      const from = standIn.calls.length;
      await board.go(hash);
      await standIn.untilAnswered(from);
      await board.page.evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
      );
    },
    at: async (hash, options) => {
      const board = await atDoor(options, hash);
      await board.signIn(TOKEN);
      return board;
    },
  };
}
