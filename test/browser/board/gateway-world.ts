import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { generateSecrets } from '../../stack/secrets.js';
import { type Stack, type StackOptions, startStack } from '../../stack/stack.js';
import { SimulatorControl } from '../../vendor-simulator/simulator.control.js';
import { launchChromium } from '../chromium.js';
import type { BoardPage } from './board-page.js';
import { BoardPages } from './board-pages.js';

/** The product as it is built, with its database and the simulated vendor, and an operator at the board. */
export class GatewayWorld {
  readonly vendor: SimulatorControl;
  private readonly pages: BoardPages;

  private constructor(
    readonly stack: Stack,
    readonly browser: Browser,
    private readonly folder: string,
  ) {
    this.vendor = new SimulatorControl(stack.urls.simulator);
    this.pages = new BoardPages(browser, stack.urls.avatar, this.token);
  }

  /** @param options over the usual ones of the product */
  static async start(options: Partial<StackOptions> = {}): Promise<GatewayWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'gateway-board-'));
    const { secrets = generateSecrets() } = options;
    const [stack, browser] = await Promise.all([
      startStack({
        ...options,
        logFolder: folder,
        secrets,
        avatarEnv: {
          ADMIN_TOKEN: `anna:${secrets.adminToken}`,
          FINAL_READ_GAP_SECONDS: '0.5',
          RETRY_STEPS_SECONDS: '0,1',
          ...options.avatarEnv,
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
  at(hash: string, options?: BrowserContextOptions): Promise<BoardPage> {
    return this.pages.at(hash, options);
  }

  /** As `BoardPages.close`. */
  closePages(): Promise<unknown[]> {
    return this.pages.close();
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
