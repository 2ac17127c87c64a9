import { randomUUID } from 'node:crypto';
import type { ApiKeyKind } from '#contracts';
import { type Database, startDatabase } from '../stack/database.js';
import { callApi } from '../stack/json-api.js';
import { freePorts } from '../stack/ports.js';
import { Processes } from '../stack/processes.js';
import { cachePath } from '../stack/project-root.js';
import {
  avatarProgram,
  localUrl,
  petyaProgram,
  simulatorProgram,
  type Wiring,
} from '../stack/programs.js';
import { generateSecrets, type Secrets } from '../stack/secrets.js';
import { plant } from '../support/canaries.js';
import { type AnswerProxy, startAnswerProxy } from './answer-proxy.js';

/** One vendor's key is not the other's, so that each can be found. */
type ArenaSecrets = Secrets & { readonly heygenKey: string };

export interface Tenant {
  readonly accountId: string;
  readonly key: string;
  /** The key of the customer's server, which reads back. */
  readonly secretKey: string;
}

/** Both apps as processes of their own, with a proxy before the vendor and one before Petya. */
export interface Arena {
  readonly avatarUrl: string;
  readonly petyaUrl: string;
  readonly simulatorUrl: string;
  readonly vendorProxy: AnswerProxy;
  readonly petyaProxy: AnswerProxy;
  readonly secrets: ArenaSecrets;
  readonly database: Database;
  readonly processes: Processes;
  /** Processes that ended although nobody asked for it. */
  readonly exits: string[];
  makeTenant(settings?: object): Promise<Tenant>;
  makeKey(accountId: string): Promise<string>;
  stop(): Promise<void>;
}

const AVATAR_ID = '6f1c0d54-9a1e-4f0e-8f41-5f1f8c0f7a01';
const CONTEXT_ID = '0b8a6f0e-52b7-4d0c-9c2e-2f5d7a1f9b02';

/** Nothing but the input decides here: rates are off and the circuits stay closed. */
const PETYA_ENV = { FAILED_KEYS_PER_MINUTE: '0', LOG_LEVEL: 'debug' };
const AVATAR_ENV = {
  ...PETYA_ENV,
  CIRCUIT_FAILURES: '1000',
  CIRCUIT_OPEN_SECONDS: '0.05',
  VENDOR_CALLS_PER_SECOND: '0',
  UPKEEP_POLL_SECONDS: '0.2',
  VENDOR_POLL_SECONDS: '5',
  RETRY_STEPS_SECONDS: '0,0.1,0.2,0.4',
  FINAL_READ_GAP_SECONDS: '0.1',
  FINAL_WAIT_SECONDS: '2',
};

function plantSecrets(secrets: ArenaSecrets): void {
  plant('LiveAvatar key', secrets.vendorKey);
  plant('HeyGen key', secrets.heygenKey);
  plant('service token', secrets.serviceToken);
  plant('admin token', secrets.adminToken);
  plant('metrics token', secrets.metricsToken);
  plant('pepper', secrets.apiKeyPepper);
  plant('signing secret', secrets.sessionTokenSecret);
}

/** @throws Error with one sentence when something does not start */
export async function startArena(onProgress: (line: string) => void): Promise<Arena> {
  const [simulator = 0, petya = 0, avatar = 0] = await freePorts(3);
  const database = await startDatabase({ onProgress });
  const secrets = { ...generateSecrets(), heygenKey: generateSecrets().vendorKey };
  plantSecrets(secrets);
  const processes = new Processes(cachePath('logs', 'fuzz'));
  const exits: string[] = [];
  processes.onUnexpectedExit = ({ name }) => exits.push(name);
  const vendorProxy = await startAnswerProxy(localUrl(simulator));
  const petyaProxy = await startAnswerProxy(localUrl(petya));
  const wiring: Wiring = {
    mongodbUri: database.uri,
    secrets,
    simulatorPort: simulator,
    petyaPort: petya,
    avatarPort: avatar,
    logLevel: 'debug',
    heygen: true,
    metrics: true,
  };
  const avatarSpec = avatarProgram(wiring);
  const petyaSpec = petyaProgram(wiring);
  const simulatorSpec = simulatorProgram(wiring);
  const simulatorSettings = JSON.stringify({ heygenApiKey: secrets.heygenKey });
  const specs = [
    { ...simulatorSpec, env: { ...simulatorSpec.env, SIM_SETTINGS: simulatorSettings } },
    { ...petyaSpec, env: { ...petyaSpec.env, ...PETYA_ENV } },
    {
      ...avatarSpec,
      env: {
        ...avatarSpec.env,
        ...AVATAR_ENV,
        ADMIN_TOKEN: secrets.adminToken,
        HEYGEN_API_KEY: secrets.heygenKey,
        LIVEAVATAR_BASE_URL: vendorProxy.url,
        PETYA_BASE_URL: petyaProxy.url,
      },
    },
  ];
  const stop = async (): Promise<void> => {
    await processes.stopAll();
    await Promise.all([vendorProxy.close(), petyaProxy.close()]);
    await database.stop();
  };
  try {
    for (const spec of specs) await (await processes.add(spec)).start();
  } catch (error) {
    await stop();
    throw error;
  }
  const admin = `${localUrl(petya)}/api/v1/admin/accounts`;
  const makeKey = async (accountId: string, kind: ApiKeyKind = 'customer'): Promise<string> => {
    const body = { kind };
    const made = await callApi<{ key: string }>(`${admin}/${accountId}/keys`, {
      bearer: secrets.adminToken,
      body,
    });
    return made.key;
  };
  return {
    avatarUrl: localUrl(avatar),
    petyaUrl: localUrl(petya),
    simulatorUrl: localUrl(simulator),
    vendorProxy,
    petyaProxy,
    secrets,
    database,
    processes,
    exits,
    makeKey,
    makeTenant: async (settings = {}) => {
      const { accountId } = await callApi<{ accountId: string }>(admin, {
        bearer: secrets.adminToken,
        body: {
          name: `Shop ${randomUUID()}`,
          avatar: { avatarId: AVATAR_ID, knowledgeBaseId: CONTEXT_ID },
          ...settings,
        },
      });
      const secretKey = await makeKey(accountId, 'secret');
      return { accountId, key: await makeKey(accountId), secretKey };
    },
    stop,
  };
}
