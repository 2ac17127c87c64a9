import 'reflect-metadata';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Connection } from 'mongoose';
import { getConnectionToken } from '@nestjs/mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import { loadPetyaConfig } from '../../apps/petya-avatar-api/src/config/petya-config.js';
import { createPetyaApp } from '../../apps/petya-avatar-api/src/create-petya-app.js';
import { holdDeclared } from './declared-problems.js';
import { holdErrorShape } from './error-shape.js';
import { plant } from './canaries.js';
import { type Answer, type Call, send } from './json-client.js';
import { freshDatabase, type TestDatabase } from './mongo.js';

export const PETYA_ADMIN_TOKEN = 'admin-token-of-this-run';
export const PETYA_PEPPER = 'pepper-of-this-run-that-keys-are-digested-with';
export const PETYA_SERVICE_TOKEN = 'service-token-of-this-run';

/** petya-avatar-api inside this process, started as `main.ts` starts it, on a port of its own. */
export interface RunningPetya {
  /** `http://127.0.0.1:<port>`, what ilianaai-avatar calls `PETYA_BASE_URL`. */
  readonly baseUrl: string;
  readonly app: NestExpressApplication;
  /** The app's own connection, for looking at what is stored. */
  readonly connection: Connection;
  /** For a second replica. */
  readonly database: TestDatabase;
  /** Calls a route below `/api/v1`. */
  call<T = Record<string, unknown>>(method: string, path: string, call?: Call): Promise<Answer<T>>;
  /** Calls a route below `/api/v1/admin`. */
  admin<T = Record<string, unknown>>(
    method: string,
    path: string,
    json?: unknown,
  ): Promise<Answer<T>>;
  stop(): Promise<void>;
}

export interface PetyaOptions {
  /** A second replica shares the first one's database. */
  readonly database?: TestDatabase;
  readonly environment?: Readonly<Record<string, string>>;
  /** How long to wait until the app is ready, for tests in which it never will be. */
  readonly readyMs?: number;
  /** Where Petya's board was built; nowhere when missing. */
  readonly boardFolder?: string;
}

/** Starts the app and waits until it is ready. Without a database it gets and drops its own. */
export async function startPetya(options: PetyaOptions = {}): Promise<RunningPetya> {
  const database = options.database ?? freshDatabase();
  const config = loadPetyaConfig(petyaEnvironment(database, options.environment));
  plant('service token', PETYA_SERVICE_TOKEN);
  for (const token of config.operators.tokens) plant('admin token', token);
  plant('metrics token', options.environment?.['METRICS_TOKEN']);
  plant('pepper', PETYA_PEPPER);
  const app = await createPetyaApp(config, options.boardFolder);
  await app.listen(0, '127.0.0.1');
  const baseUrl = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  await untilReady(baseUrl, options.readyMs ?? READY_MS).catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  return {
    baseUrl,
    app,
    connection: app.get<Connection>(getConnectionToken()),
    database,
    call: (method, path, call) => ask(app, baseUrl, method, `/api/v1${path}`, call),
    admin: (method, path, json) => {
      const headers = { authorization: `Bearer ${PETYA_ADMIN_TOKEN}` };
      return ask(app, baseUrl, method, `/api/v1/admin${path}`, { headers, json });
    },
    stop: async () => {
      await app.close();
      if (!options.database) await database.drop();
    },
  };
}

/** The environment a test's app is started with. */
export function petyaEnvironment(
  database: TestDatabase,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    NODE_ENV: 'test',
    // Its lines are looked through for secrets and not shown (canary-watch.ts).
    LOG_LEVEL: 'debug',
    API_KEY_PEPPER: PETYA_PEPPER,
    MONGODB_URI: database.uri,
    SERVICE_TOKENS: PETYA_SERVICE_TOKEN,
    ADMIN_TOKEN: PETYA_ADMIN_TOKEN,
    PORT: '0',
    // A test offers more wrong keys from its one address than anybody would.
    FAILED_KEYS_PER_MINUTE: '0',
    ...more,
  };
}

/** Sends one request, and holds a refusal to the one shape and to what its route declares. */
async function ask<T>(
  app: NestExpressApplication,
  baseUrl: string,
  method: string,
  path: string,
  call?: Call,
): Promise<Answer<T>> {
  const answer = await send<T>(method, `${baseUrl}${path}`, call);
  return holdDeclared(app, method, path, holdErrorShape(method, path, answer));
}

const READY_MS = 20_000;

async function untilReady(baseUrl: string, readyMs: number): Promise<void> {
  const deadline = Date.now() + readyMs;
  for (;;) {
    const { status, text } = await send('GET', `${baseUrl}/health/ready`);
    if (status === 200) return;
    if (Date.now() > deadline) throw new Error(`petya-avatar-api is not ready: ${text}`);
    await delay(20);
  }
}
