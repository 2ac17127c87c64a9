import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { AccountDto, CreatedApiKeyDto } from '#contracts';
import { type ApiCall, callApi } from '../../stack/json-api.js';
import { type Stack, startStack } from '../../stack/stack.js';
import { launchChromium } from '../chromium.js';
import type { BoardPage } from './board-page.js';
import { BoardPages } from './board-pages.js';

/** The product as it is built, with its database, and operators at Petya's board. */
export class PetyaWorld {
  private readonly pages: BoardPages;

  private constructor(
    readonly stack: Stack,
    readonly browser: Browser,
    private readonly folder: string,
  ) {
    this.pages = new BoardPages(browser, stack.urls.petya, this.token);
  }

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
  at(hash: string, options?: BrowserContextOptions): Promise<BoardPage> {
    return this.pages.at(hash, options);
  }

  /** As `BoardPages.close`. */
  closePages(): Promise<unknown[]> {
    return this.pages.close();
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
