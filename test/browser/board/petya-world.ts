import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { AccountDto, CreatedApiKeyDto } from '#contracts';
import { type ApiCall, callApi } from '../../stack/json-api.js';
import { type Stack, startStack } from '../../stack/stack.js';
import { launchChromium } from '../chromium.js';
import { BoardPage } from './board-page.js';

/** The product as it is built, with its database, and operators at Petya's board. */
export class PetyaWorld {
  private pages: BoardPage[] = [];

  private constructor(
    readonly stack: Stack,
    readonly browser: Browser,
    private readonly folder: string,
  ) {}

  static async start(): Promise<PetyaWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'petya-board-'));
    const [stack, browser] = await Promise.all([
      startStack({ logFolder: folder }),
      launchChromium(),
    ]);
    return new PetyaWorld(stack, browser, folder);
  }

  get token(): string {
    return this.stack.wiring.secrets.adminToken;
  }

  /** A view of the board, signed in. */
  async at(hash: string, options?: BrowserContextOptions): Promise<BoardPage> {
    const board = await BoardPage.open(this.browser, this.stack.urls.petya, options, hash);
    this.pages.push(board);
    await board.signIn(this.token);
    return board;
  }

  /** What the page's console said, what its policy refused and what asked for attention, of all pages. */
  async closePages(): Promise<unknown[]> {
    const opened = this.pages;
    this.pages = [];
    const noted: unknown[] = [];
    for (const board of opened) {
      const { refused, asked } = await board.noted();
      noted.push(...board.complaints, ...refused, ...(asked === 0 ? [] : [`asked ${asked}`]));
      await board.close();
    }
    return noted;
  }

  /** As another operator does, with no board. */
  admin<T>(method: ApiCall['method'], path: string, body?: object): Promise<T> {
    const url = `${this.stack.urls.petya}/api/v1/admin/${path}`;
    return callApi<T>(url, { method, bearer: this.token, body });
  }

  makeAccount(body: object): Promise<AccountDto> {
    return this.admin('POST', 'accounts', body);
  }

  makeKey(accountId: string, body: object = {}): Promise<CreatedApiKeyDto> {
    return this.admin('POST', `accounts/${accountId}/keys`, body);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.stack.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
