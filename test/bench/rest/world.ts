import { type Database, startDatabase } from '../../stack/database.js';
import { isQuick } from '../figures.js';
import { callApi } from '../../stack/json-api.js';
import { type AppOptions, makeCertificate, startApp } from './apps.js';
import { Forked } from './forked.js';
import { benchKey, type LoadOrder, type LoadResult } from './load.js';
import { startPeers } from './peers.js';
import { pin } from './process-cpu.js';
import type { Target } from './target.js';

type Stubs = Forked<{ vendor: number; tls: number; petya: number }, 'count', { calls: number }>;
type Generator = Forked<'ready', LoadOrder, LoadResult>;

/** Everything that the REST figures are measured between. */
export interface RestWorld {
  readonly database: Database;
  readonly sessions: readonly string[];
  /** The vendor itself, our app and its variants, the peers; by name. */
  target(name: string): Target;
  readonly targets: readonly Target[];
  measure(order: LoadOrder): Promise<LoadResult>;
  vendorCalls(): Promise<number>;
  stop(): Promise<void>;
}

/** Live sessions that the calls are about, in turn. */
const SESSIONS = isQuick ? 50 : 100;

/** Our app and the variants that are measured beside it; the first one opens the sessions. */
const APPS: readonly WantedApp[] = [
  { name: 'ours' },
  { name: 'ours over TLS', isOverTls: true },
  { name: 'ours on axios', variants: ['axios'] },
  { name: 'ours without the look-up', variants: ['no-look-up'] },
];

export type WantedApp = AppOptions & { readonly isOverTls?: boolean };

/**
 * Starts vendor, Petya, database, our app with its variants, the peers and the generator.
 * @param peers the names of those that are wanted; all without it
 */
export async function startRestWorld(
  apps: readonly WantedApp[] = APPS,
  peers?: readonly string[],
): Promise<RestWorld> {
  const certificate = await makeCertificate();
  const stubs: Stubs = await Forked.start('stubs.process.js', [certificate]);
  const generator: Generator = await Forked.start('load.process.js');
  const database = await startDatabase();
  const { vendor, tls, petya } = stubs.hello;
  const around = { mongodbUri: database.uri, petyaPort: petya, vendorPort: vendor };
  const overTls = {
    HEYGEN_BASE_URL: `https://localhost:${tls}`,
    NODE_EXTRA_CA_CERTS: `${certificate}/cert.pem`,
  };
  const targets: Target[] = [
    { name: 'direct', port: vendor, pid: null, stop: () => Promise.resolve() },
  ];
  for (const { isOverTls = false, env = {}, ...app } of apps) {
    targets.push(await startApp(around, { ...app, env: isOverTls ? { ...env, ...overTls } : env }));
  }
  targets.push(...(await startPeers(vendor, peers)));
  for (const { pid } of targets) pin(pid ?? undefined, 'measured');
  for (const pid of [process.pid, stubs.pid, generator.pid, database.pid]) pin(pid, 'other');
  const target = (name: string): Target => {
    const found = targets.find((each) => each.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };
  return {
    database,
    targets,
    target,
    sessions: await openSessions(target(apps[0]?.name ?? '').port, SESSIONS),
    measure: (order) => generator.ask(order),
    vendorCalls: async () => (await stubs.ask('count')).calls,
    stop: async () => {
      generator.stop();
      await Promise.all(targets.map((each) => each.stop()));
      stubs.stop();
      await database.stop();
    },
  };
}

/** Opens and starts sessions as a plugin does, a few at a time. */
export async function openSessions(port: number, count: number): Promise<string[]> {
  const url = `http://127.0.0.1:${port}/v1`;
  const open = async (): Promise<string> => {
    const call = { apiKey: benchKey(0) };
    const opened = await callApi<{ data: { session_id: string } }>(`${url}/streaming.new`, {
      ...call,
      body: {},
    });
    const { session_id } = opened.data;
    await callApi(`${url}/streaming.start`, { ...call, body: { session_id } });
    return session_id;
  };
  const sessions: string[] = [];
  while (sessions.length < count) {
    sessions.push(...(await Promise.all(Array.from({ length: 5 }, open))));
  }
  return sessions;
}
