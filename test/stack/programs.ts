import { databaseUri } from './database-uri.js';
import type { ProcessSpec } from './managed-process.js';
import { compiledPath } from './project-root.js';
import type { Secrets } from './secrets.js';

/** Where the parties of one stack find each other. */
export interface Wiring {
  readonly mongodbUri: string;
  readonly secrets: Secrets;
  readonly simulatorPort: number;
  readonly petyaPort: number;
  /** The replica that the page is told about; more of them can be added. */
  readonly avatarPort: number;
  readonly logLevel: string;
  readonly heygen?: boolean;
  /** Without it the vendor has no rooms, and visitors write. */
  readonly livekit?: LiveKitPorts;
  /** Whether the apps have metrics. */
  readonly metrics?: boolean;
}

/** What the media server listens on. */
export interface LiveKitPorts {
  readonly port: number;
  readonly tcpPort: number;
  readonly udpPort: number;
}

const livekitKey = 'local-stack';

export const host = '127.0.0.1';

/** Vendor time budgets of a local stack: somebody is looking at it and waits for the answer. */
const quickBudgets = { VENDOR_POLL_SECONDS: '1', SWEEP_PATIENCE_SECONDS: '1' };

/** The vendor wants a UUID; the account's default avatar has the name of an older API. */
const demoAvatarId = 'dd73ea75-1218-4ef3-92ce-606d5f7fbc0a';

export function localUrl(port: number): string {
  return `http://${host}:${port}`;
}

export function simulatorProgram(wiring: Wiring): ProcessSpec {
  const port = wiring.simulatorPort;
  return {
    name: 'vendor-simulator',
    entry: compiledPath('test', 'vendor-simulator', 'main.js'),
    env: {
      HOST: host,
      PORT: String(port),
      SIM_API_KEY: wiring.secrets.vendorKey,
      ...roomServerOf(wiring),
    },
    healthUrl: `${localUrl(port)}/_control/health`,
  };
}

/** How the vendor finds the media server. */
function roomServerOf({ livekit, secrets }: Wiring): Record<string, string> {
  if (livekit === undefined) return {};
  return {
    LIVEKIT_URL: `ws://${host}:${livekit.port}`,
    LIVEKIT_API_KEY: livekitKey,
    LIVEKIT_API_SECRET: secrets.livekitSecret,
  };
}

export function livekitProgram({ secrets }: Wiring, ports: LiveKitPorts): ProcessSpec {
  return {
    name: 'livekit',
    entry: compiledPath('test', 'stack', 'livekit.command.js'),
    env: {
      ...searchPaths(),
      PORT: String(ports.port),
      TCP_PORT: String(ports.tcpPort),
      UDP_PORT: String(ports.udpPort),
      LIVEKIT_API_KEY: livekitKey,
      LIVEKIT_API_SECRET: secrets.livekitSecret,
    },
    healthUrl: localUrl(ports.port),
    // It may have to be built.
    startTimeoutMs: 900_000,
  };
}

/** What Go needs to find its caches. */
function searchPaths(): Record<string, string> {
  const names = ['HOME', 'GOPATH', 'GOPROXY', 'GOFLAGS', 'GOCACHE', 'LIVEKIT_SERVER_BINARY'];
  return Object.fromEntries(names.flatMap((name) => named(name)));
}

function named(name: string): [string, string][] {
  const value = process.env[name];
  return value === undefined ? [] : [[name, value]];
}

export function petyaProgram(wiring: Wiring): ProcessSpec {
  const port = wiring.petyaPort;
  return {
    name: 'petya-avatar-api',
    entry: compiledPath('apps', 'petya-avatar-api', 'src', 'main.js'),
    env: {
      // Local secrets, and a vendor on this machine.
      NODE_ENV: 'development',
      HOST: host,
      PORT: String(port),
      MONGODB_URI: databaseUri(wiring.mongodbUri, 'petya'),
      LOG_LEVEL: wiring.logLevel,
      SERVICE_TOKENS: wiring.secrets.serviceToken,
      ADMIN_TOKEN: wiring.secrets.adminToken,
      API_KEY_PEPPER: wiring.secrets.apiKeyPepper,
      AVATAR_SERVICE_URL: localUrl(wiring.avatarPort),
      ...metricsOf(wiring),
      PETYA_PUBLIC_URL: localUrl(port),
    },
    healthUrl: `${localUrl(port)}/health/ready`,
  };
}

export interface ReplicaOptions {
  readonly name?: string;
  readonly port?: number;
  /** Laid over the usual environment, for other time budgets. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One replica of the gateway. Replicas differ in name and port and share everything else. */
export function avatarProgram(
  wiring: Wiring,
  { name = 'ilianaai-avatar', port = wiring.avatarPort, env = {} }: ReplicaOptions = {},
): ProcessSpec {
  const { secrets } = wiring;
  return {
    name,
    entry: compiledPath('apps', 'ilianaai-avatar', 'src', 'main.js'),
    env: {
      // Local secrets, and a vendor on this machine.
      NODE_ENV: 'development',
      HOST: host,
      PORT: String(port),
      MONGODB_URI: databaseUri(wiring.mongodbUri, 'avatar'),
      LOG_LEVEL: wiring.logLevel,
      LIVEAVATAR_API_KEY: secrets.vendorKey,
      LIVEAVATAR_DEFAULT_AVATAR_ID: demoAvatarId,
      LIVEAVATAR_BASE_URL: localUrl(wiring.simulatorPort),
      ...(wiring.heygen ? heygenVariables(wiring) : {}),
      PETYA_BASE_URL: localUrl(wiring.petyaPort),
      PETYA_BOARD_URL: localUrl(wiring.petyaPort),
      PETYA_AUTH_TOKEN: secrets.serviceToken,
      SESSION_TOKEN_SECRET: secrets.sessionTokenSecret,
      ADMIN_TOKEN: secrets.adminToken,
      ...metricsOf(wiring),
      ...quickBudgets,
      ...env,
    },
    healthUrl: `${localUrl(port)}/health/ready`,
  };
}

function metricsOf({ metrics, secrets }: Wiring): Record<string, string> {
  return metrics ? { METRICS_TOKEN: secrets.metricsToken } : {};
}

function heygenVariables(wiring: Wiring): Record<string, string> {
  return {
    HEYGEN_ENABLED: 'true',
    HEYGEN_API_KEY: wiring.secrets.vendorKey,
    HEYGEN_BASE_URL: localUrl(wiring.simulatorPort),
  };
}

export interface PageWiring {
  readonly port: number;
  readonly apiKey: string;
  readonly secretKey: string;
  readonly petyaUrl: string;
  /** Where the plugin is loaded from. */
  readonly avatarUrl: string;
  /** The plugin's usual promise when missing. */
  readonly heartbeatSeconds?: number;
}

export function pageProgram(page: PageWiring): ProcessSpec {
  return {
    name: 'customer-page',
    entry: compiledPath('test', 'chat-plugin', 'main.js'),
    env: {
      HOST: host,
      PORT: String(page.port),
      API_KEY: page.apiKey,
      SECRET_KEY: page.secretKey,
      PETYA_URL: page.petyaUrl,
      AVATAR_URL: page.avatarUrl,
      ...(page.heartbeatSeconds === undefined
        ? {}
        : { HEARTBEAT_SECONDS: String(page.heartbeatSeconds) }),
    },
    healthUrl: `${localUrl(page.port)}/health`,
  };
}
