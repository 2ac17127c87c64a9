import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { callApi } from '../stack/json-api.js';
import { buildLiveKit, canBuildLiveKit, findLiveKit } from '../stack/livekit.js';
import { freePorts } from '../stack/ports.js';
import { type Stack, startStack } from '../stack/stack.js';
import { SimulatorControl } from '../vendor-simulator/simulator.control.js';
import { launchChromium } from './chromium.js';
import { serveDropIn, type Site } from './drop-in.site.js';
import { startTlsFront } from './tls-front.js';

/** The whole product with a real media server, a browser, and two pages that use the vendor's SDK. */
export interface BrowserWorld {
  readonly stack: Stack;
  readonly vendor: SimulatorControl;
  readonly browser: Browser;
  /** Its origin is on the account's list. */
  readonly listedSite: Site;
  readonly strangeSite: Site;
  /** The gateway by TLS, for the legacy SDK. */
  readonly secureUrl: string;
  /** Changes the demo account, as its operator does; it takes effect within the key cache's time. */
  changeAccount(change: object): Promise<void>;
  stop(): Promise<void>;
}

/** Budgets short enough to be waited for; 5 s is the shortest heartbeat there is. */
export const GRACE_SECONDS = 8;

export async function startBrowserWorld(
  chromiumFlags: readonly string[] = [],
): Promise<BrowserWorld> {
  await requireLiveKit();
  const logFolder = await mkdtemp(join(tmpdir(), 'browser-test-'));
  const [listedSite, strangeSite, stack] = await Promise.all([
    serveDropIn(),
    serveDropIn(),
    startLocalStack(logFolder),
  ]);
  const tlsFront = await startTlsFront(stack.wiring.avatarPort);
  const browser = await launchChromium([...chromiumFlags, ...tlsFront.flags]);
  const changeAccount = async (change: object): Promise<void> => {
    const url = `${stack.urls.petya}/api/v1/admin/accounts/${stack.account.accountId}`;
    const bearer = stack.wiring.secrets.adminToken;
    await callApi(url, { method: 'PATCH', bearer, body: change });
  };
  const { page } = stack.urls;
  await changeAccount({
    allowedOrigins: [page, page.replace('localhost', '127.0.0.1'), listedSite.origin],
    limits: { maxConcurrentSessions: 100, maxSessionSeconds: 600 },
  });
  return {
    stack,
    vendor: new SimulatorControl(stack.urls.simulator),
    browser,
    listedSite,
    strangeSite,
    secureUrl: tlsFront.url,
    changeAccount,
    stop: async () => {
      await browser.close();
      await Promise.all([listedSite.close(), strangeSite.close(), tlsFront.close()]);
      await stack.stop();
      await rm(logFolder, { recursive: true, force: true });
    },
  };
}

async function startLocalStack(logFolder: string): Promise<Stack> {
  const [simulator = 0, petya = 0, avatar = 0, page = 0, ...media] = await freePorts(7);
  const [port = 0, tcpPort = 0, udpPort = 0] = media;
  return startStack({
    logFolder,
    ports: { simulator, petya, avatar, page, livekit: { port, tcpPort, udpPort } },
    heartbeatSeconds: 5,
    heygen: true,
    avatarEnv: {
      LEAVE_GRACE_SECONDS: String(GRACE_SECONDS),
      FINAL_READ_GAP_SECONDS: '0.5',
      // A vendor that one test breaks must not be refused in the next.
      CIRCUIT_FAILURES: '1000',
      // Twenty visitors are looked at each second here.
      VENDOR_CALLS_PER_SECOND: '0',
    },
  });
}

async function requireLiveKit(): Promise<void> {
  if ((await findLiveKit()) !== undefined) return;
  if (!(await canBuildLiveKit())) {
    throw new Error(
      'These tests need a LiveKit server: put livekit-server or Go on PATH, or set LIVEKIT_SERVER_BINARY.',
    );
  }
  await buildLiveKit();
}
