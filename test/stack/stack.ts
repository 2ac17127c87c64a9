import { type Database, startDatabase } from './database.js';
import { type DemoAccount, provideDemoAccount } from './demo-account.js';
import { freePorts } from './ports.js';
import type { ProcessSpec } from './managed-process.js';
import { Processes } from './processes.js';
import {
  avatarProgram,
  host,
  livekitProgram,
  type LiveKitPorts,
  localUrl,
  pageProgram,
  petyaProgram,
  simulatorProgram,
  type Wiring,
} from './programs.js';
import { generateSecrets, type Secrets } from './secrets.js';

export interface StackPorts {
  readonly simulator: number;
  readonly petya: number;
  readonly avatar: number;
  readonly page?: number;
  readonly database?: number;
  readonly livekit?: LiveKitPorts;
}

export interface StackOptions {
  readonly logFolder: string;
  /** Free ones, and no customer page, when missing. */
  readonly ports?: StackPorts;
  /** Of this stack only when missing. */
  readonly secrets?: Secrets;
  /** Data is fresh and thrown away when missing. */
  readonly dataDir?: string;
  readonly logLevel?: string;
  /** Whether the legacy vendor is switched on. */
  readonly heygen?: boolean;
  /** Laid over the avatar gateway's environment. */
  readonly avatarEnv?: Readonly<Record<string, string>>;
  /** Of the page's plugin. */
  readonly heartbeatSeconds?: number;
  /** How each of the two apps is run; as it is compiled for the tests when missing. */
  readonly appAs?: (program: ProcessSpec) => ProcessSpec;
  readonly onProgress?: (line: string) => void;
}

export interface Stack {
  readonly database: Database;
  readonly processes: Processes;
  readonly wiring: Wiring;
  readonly urls: {
    readonly simulator: string;
    readonly petya: string;
    readonly avatar: string;
    readonly page: string;
  };
  readonly account: DemoAccount;
  /** Ends every process in order, then the database. */
  stop(): Promise<void>;
}

/**
 * Starts the whole product around one database and creates the demo account in it.
 * @throws Error with one sentence, after ending whatever had been started
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const ports = options.ports ?? (await chooseFreePorts());
  const database = await startDatabase({
    dataDir: options.dataDir,
    port: ports.database,
    onProgress: options.onProgress,
  });
  const processes = new Processes(options.logFolder);
  const stop = async (): Promise<void> => {
    await processes.stopAll();
    await database.stop();
  };
  try {
    return await startPrograms(options, ports, database, processes, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startPrograms(
  options: StackOptions,
  ports: StackPorts,
  database: Database,
  processes: Processes,
  stop: () => Promise<void>,
): Promise<Stack> {
  const wiring: Wiring = {
    mongodbUri: database.uri,
    secrets: options.secrets ?? generateSecrets(),
    simulatorPort: ports.simulator,
    petyaPort: ports.petya,
    avatarPort: ports.avatar,
    logLevel: options.logLevel ?? 'info',
    heygen: options.heygen ?? true,
    livekit: ports.livekit,
    metrics: true,
  };
  const urls = {
    simulator: localUrl(ports.simulator),
    petya: localUrl(ports.petya),
    avatar: localUrl(ports.avatar),
    page: ports.page === undefined ? 'http://localhost' : `http://localhost:${ports.page}`,
  };
  await addLiveKit(wiring, processes);
  const simulator = await processes.add(simulatorProgram(wiring));
  const { avatarEnv: env, appAs = (program) => program } = options;
  const petya = await processes.add(appAs(petyaProgram(wiring)));
  const avatar = await processes.add(appAs(avatarProgram(wiring, { env })));
  await Promise.all([simulator, petya, avatar].map((process) => process.start()));
  const account = await provideDemoAccount({
    petyaUrl: urls.petya,
    adminToken: wiring.secrets.adminToken,
    allowedOrigins: originsOf(urls.page),
  });
  if (ports.page !== undefined) {
    const { heartbeatSeconds } = options;
    const { apiKey, secretKey } = account;
    const addresses = { port: ports.page, petyaUrl: urls.petya, avatarUrl: urls.avatar };
    const page = pageProgram({ ...addresses, apiKey, secretKey, heartbeatSeconds });
    await (await processes.add(page)).start();
  }
  return { database, processes, wiring, urls, account, stop };
}

/** Starts the media server; without one a visitor's page goes on in text. */
async function addLiveKit(wiring: Wiring, processes: Processes): Promise<void> {
  if (wiring.livekit === undefined) return;
  const livekit = await processes.add(livekitProgram(wiring, wiring.livekit));
  await livekit.start();
}

/** A page on this machine is opened by its name as well as by its number. */
function originsOf(page: string): string[] {
  return [...new Set([page, page.replace('localhost', host)])];
}

async function chooseFreePorts(): Promise<StackPorts> {
  const [simulator = 0, petya = 0, avatar = 0] = await freePorts(3);
  return { simulator, petya, avatar };
}
