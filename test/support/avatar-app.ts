import 'reflect-metadata';
import { getConnectionToken } from '@nestjs/mongoose';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Connection } from 'mongoose';
import { readOperators } from '#platform/config';
import { createAvatarApp } from '../../apps/ilianaai-avatar/src/create-avatar-app.js';
import { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { holdDeclared } from './declared-problems.js';
import { holdErrorShape } from './error-shape.js';
import { plant } from './canaries.js';
import { type Answer, type Call, send } from './json-client.js';
import { freshDatabase, type TestDatabase } from './mongo.js';
import { PETYA_SERVICE_TOKEN } from './petya-app.js';
import { until } from './until.js';

/** ilianaai-avatar inside this process, started as `main.ts` starts it, on a port of its own. */
export interface RunningAvatar {
  readonly baseUrl: string;
  readonly port: number;
  readonly app: NestExpressApplication;
  /** The app's own connection, for looking at what is stored and for making time pass in it. */
  readonly connection: Connection;
  call<T = Record<string, unknown>>(method: string, path: string, call?: Call): Promise<Answer<T>>;
  /** Lets time pass for the app: its clock runs ahead by so many seconds from now on. */
  advance(seconds: number): void;
  stop(): Promise<void>;
}

export interface AvatarOptions {
  readonly vendorUrl: string;
  readonly vendorKey: string;
  readonly petyaUrl: string;
  /** A second replica, or the app after a restart, shares the first one's database. */
  readonly database?: TestDatabase;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the chat plugin was built; nowhere when missing. */
  readonly pluginFolder?: string;
  /** Where the gateway's board was built; nowhere when missing. */
  readonly boardFolder?: string;
}

/** Signs in every test, so that a token outlives a restart of the app. */
export const TOKEN_SECRET = 'a-secret-of-this-run-that-signs-session-tokens';

const READY_MS = 20_000;

/**
 * Time budgets that let an outcome be waited for. The circuits stay closed unless a test is about
 * them: a refused call of one test must not be answered for the next.
 */
const SHORT_BUDGETS = {
  UPKEEP_POLL_SECONDS: '0.25',
  VENDOR_POLL_SECONDS: '5',
  SWEEP_PATIENCE_SECONDS: '0.3',
  FINAL_READ_GAP_SECONDS: '0.1',
  FINAL_WAIT_SECONDS: '2',
  RETRY_STEPS_SECONDS: '0,0.05,0.1,0.2',
  // Only tests about erasures ask for them: others count the calls that Petya gets.
  ERASURE_POLL_SECONDS: '600',
  ERASURE_SETTLE_SECONDS: '0.3',
  // Nor is the vendor's list read by anybody but the sweep.
  RECONCILE_SECONDS: '0',
  CIRCUIT_FAILURES: '1000',
  // The simulator's limits are off but in tests about them.
  VENDOR_CALLS_PER_SECOND: '0',
  CIRCUIT_OPEN_SECONDS: '0.2',
};

/** Starts the app and waits until it is ready. Without a database it gets and drops its own. */
export async function startAvatar(options: AvatarOptions): Promise<RunningAvatar> {
  const database = options.database ?? freshDatabase();
  const environment = avatarEnvironment({ ...options, database });
  plantSecrets(environment);
  const { app } = await createAvatarApp(environment, {
    ...(options.pluginFolder === undefined ? {} : { plugin: options.pluginFolder }),
    ...(options.boardFolder === undefined ? {} : { board: options.boardFolder }),
  });
  await app.listen(0, '127.0.0.1');
  const baseUrl = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  await until(
    'ilianaai-avatar is ready',
    async () => (await send('GET', `${baseUrl}/health/ready`)).status === 200,
    READY_MS,
  );
  const stop = async (): Promise<void> => {
    // A client that hung up may have dialled again and said nothing, which Node would wait for.
    app.getHttpServer().closeAllConnections();
    await app.close();
    if (!options.database) await database.drop();
  };
  // A test that is about an end stops it before its world does.
  let stopped: Promise<void> | undefined;
  return {
    baseUrl,
    port: Number(new URL(baseUrl).port),
    app,
    connection: app.get<Connection>(getConnectionToken()),
    call: async <T>(method: string, path: string, call?: Call) => {
      const answer = await send<T>(method, `${baseUrl}${path}`, call);
      return holdDeclared(app, method, path, holdErrorShape(method, path, answer));
    },
    advance: clockOf(app),
    stop: () => (stopped ??= stop()),
  };
}

function plantSecrets(environment: Readonly<Record<string, string>>): void {
  plant('LiveAvatar key', environment['LIVEAVATAR_API_KEY']);
  plant('HeyGen key', environment['HEYGEN_API_KEY']);
  plant('service token', environment['PETYA_AUTH_TOKEN']);
  for (const { token } of readOperators(environment['ADMIN_TOKEN'] ?? '')) {
    plant('admin token', token);
  }
  plant('metrics token', environment['METRICS_TOKEN']);
  plant('signing secret', environment['SESSION_TOKEN_SECRET']);
}

/** What the app takes for now is the database's time; a test may add to it. */
function clockOf(app: NestExpressApplication): (seconds: number) => void {
  const clock = app.get(DatabaseClock, { strict: false });
  const now = clock.now.bind(clock);
  let aheadMs = 0;
  clock.now = () => new Date(now().getTime() + aheadMs);
  return (seconds) => {
    aheadMs += seconds * 1000;
  };
}

/** The environment a test's app is started with. */
export function avatarEnvironment(
  options: AvatarOptions & { readonly database: TestDatabase },
): Record<string, string> {
  return {
    NODE_ENV: 'test',
    // Its lines are looked through for secrets and not shown (canary-watch.ts).
    LOG_LEVEL: 'debug',
    PORT: '0',
    MONGODB_URI: options.database.uri,
    LIVEAVATAR_BASE_URL: options.vendorUrl,
    LIVEAVATAR_API_KEY: options.vendorKey,
    PETYA_BASE_URL: options.petyaUrl,
    PETYA_AUTH_TOKEN: PETYA_SERVICE_TOKEN,
    SESSION_TOKEN_SECRET: TOKEN_SECRET,
    // A test offers more wrong keys from its one address than anybody would.
    FAILED_KEYS_PER_MINUTE: '0',
    ...SHORT_BUDGETS,
    ...options.environment,
  };
}
