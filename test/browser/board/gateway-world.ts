import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { generateSecrets } from '../../stack/secrets.js';
import { type Stack, startStack } from '../../stack/stack.js';
import { SimulatorControl } from '../../vendor-simulator/simulator.control.js';
import { launchChromium } from '../chromium.js';
import { BoardPage } from './board-page.js';

/** The product as it is built, with its database and the simulated vendor, and an operator at the board. */
export class GatewayWorld {
  readonly vendor: SimulatorControl;
  private pages: BoardPage[] = [];

  private constructor(
    readonly stack: Stack,
    readonly browser: Browser,
    private readonly folder: string,
  ) {
    this.vendor = new SimulatorControl(stack.urls.simulator);
  }

  static async start(): Promise<GatewayWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'gateway-board-'));
    const secrets = generateSecrets();
    const [stack, browser] = await Promise.all([
      startStack({
        logFolder: folder,
        secrets,
        avatarEnv: {
          ADMIN_TOKEN: `anna:${secrets.adminToken}`,
          FINAL_READ_GAP_SECONDS: '0.5',
          RETRY_STEPS_SECONDS: '0,1',
        },
      }),
      launchChromium(),
    ]);
    return new GatewayWorld(stack, browser, folder);
  }

  get token(): string {
    return this.stack.wiring.secrets.adminToken;
  }

  /** A view of the board, signed in. */
  async at(hash: string, options?: BrowserContextOptions): Promise<BoardPage> {
    const board = await BoardPage.open(this.browser, this.stack.urls.avatar, options, hash);
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

  /** What all programs have written. */
  async logs(): Promise<string> {
    const names = await readdir(this.folder);
    const texts = await Promise.all(names.map((name) => readFile(join(this.folder, name), 'utf8')));
    return texts.join('\n');
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.stack.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
