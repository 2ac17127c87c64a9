import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { startDatabase } from '../stack/database.js';
import { databaseUri } from '../stack/database-uri.js';
import { provideDemoAccount } from '../stack/demo-account.js';
import { callApi } from '../stack/json-api.js';
import { ManagedProcess } from '../stack/managed-process.js';
import { freePorts } from '../stack/ports.js';
import { avatarProgram, localUrl, petyaProgram, type Wiring } from '../stack/programs.js';
import { cachePath } from '../stack/project-root.js';
import { say } from '../stack/say.js';
import { generateSecrets } from '../stack/secrets.js';
import { table } from '../stack/table.js';
import { isQuick, measuredOn, report } from './figures.js';
import { turns } from './petya-subject.js';
import { costsOf, type CpuProfile, isOurs } from './profile/costs.js';
import { profileStart, profileWhile } from './profile/profiler.js';
import { talk } from './relay/clients.js';
import { startRelay } from './relay/relays.js';
import { startVendor } from './relay/vendor.js';
import type { LivesOrder, LivesResult } from './life/lives.js';
import { makeCertificate, startApp } from './rest/apps.js';
import { Forked } from './rest/forked.js';
import type { Call, LoadOrder, LoadResult } from './rest/load.js';
import { openSessions } from './rest/world.js';

/*
 * Where the processor time of each hot path goes: a flame chart of each in `.cache/bench/profiles`,
 * and the most expensive places of it. Asked by name only: a process that is sampled is slower, so
 * nothing here is a measurement.
 */
const MS = isQuick ? 1_500 : 5_000;
const SESSIONS = 50;
const LIVES = isQuick ? 60 : 200;
const SHOWN = 14;

const CALLS: Readonly<Record<string, Pick<Call, 'path' | 'body' | 'expected'>>> = {
  'streaming.task': {
    path: '/v1/streaming.task',
    body: { text: 'What does the ash chair cost?', task_type: 'talk' },
    expected: '"task_id"',
  },
  'keep-alive': {
    path: '/v1/sessions/keep-alive',
    body: { next_within_s: 15 },
    expected: '"session_id"',
  },
  'avatar-message': {
    path: '/v1/streaming.avatar_message',
    body: { role: 'user', text: 'What does the ash chair cost?' },
    expected: '"message_id"',
  },
};

const stubs = await Forked.start<{ vendor: number; tls: number; petya: number }, never, never>(
  'stubs.process.js',
  [await makeCertificate()],
);
const lives = await Forked.start<'ready', LivesOrder, LivesResult>('../life/lives.process.js');
const generator = await Forked.start<'ready', LoadOrder, LoadResult>('load.process.js');
const database = await startDatabase();
measuredOn(database.description);
const around = {
  mongodbUri: database.uri,
  petyaPort: stubs.hello.petya,
  vendorPort: stubs.hello.vendor,
};
const [petyaPort = 0, avatarPort = 0, simulatorPort = 0] = await freePorts(3);
const secrets = generateSecrets();
const wiring: Wiring = {
  mongodbUri: database.uri,
  secrets,
  simulatorPort,
  petyaPort,
  avatarPort,
  logLevel: 'info',
};
try {
  await profileLives();
  await profileCalls();
  await profileUpkeep();
  await profileRelay();
  await profilePetya();
  for (const program of [petyaProgram(wiring), avatarProgram(wiring)]) {
    const name = `start-${program.name}`;
    show(name, await profileStart(name, program));
  }
} finally {
  lives.stop();
  generator.stop();
  stubs.stop();
  await database.stop();
}
process.exit();

async function profileCalls(): Promise<void> {
  const { port, pid, stop } = await startApp(around, { name: 'profiled calls' });
  const sessions = await openSessions(port, SESSIONS);
  for (const [name, how] of Object.entries(CALLS)) {
    const order = {
      call: { ...how, sessions, keys: 20 },
      port,
      pid,
      connections: 50,
      warmUpMs: MS / 2,
    };
    await generator.ask({ ...order, ms: 0 });
    const run = (): Promise<LoadResult> => generator.ask({ ...order, warmUpMs: 0, ms: MS });
    show(name, await profileWhile({ name, pid: pid ?? 0 }, run));
  }
  await stop();
}

/** Whole conversations, as `life.bench.ts` compares them. */
async function profileLives(): Promise<void> {
  const { port, pid, stop } = await startApp(around, {
    name: 'profiled lives',
    env: { UPKEEP_POLL_SECONDS: '1', MONGODB_URI: databaseUri(database.uri, 'bench_lives') },
  });
  const order = { port, lives: LIVES, pace: { perSecond: 10, gapMs: 50 } };
  await lives.ask(order);
  show('lives', await profileWhile({ name: 'lives', pid: pid ?? 0 }, () => lives.ask(order)));
  await stop();
}

/** Each session is looked at every second. */
async function profileUpkeep(): Promise<void> {
  const env = {
    VENDOR_POLL_SECONDS: '1',
    UPKEEP_POLL_SECONDS: '1',
    MONGODB_URI: databaseUri(database.uri, 'bench_upkeep'),
  };
  const { port, pid, stop } = await startApp(around, { name: 'profiled upkeep', env });
  await openSessions(port, SESSIONS);
  show('upkeep', await profileWhile({ name: 'upkeep', pid: pid ?? 0 }, () => delay(MS)));
  await stop();
}

async function profileRelay(): Promise<void> {
  const relay = await startRelay('ours', await startVendor());
  const run = () => talk(relay, { sockets: 20, size: 200, ms: MS, pace: { inFlight: 4 } });
  show('relay', await profileWhile({ name: 'relay', pid: relay.pid }, run));
  relay.stop();
}

async function profilePetya(): Promise<void> {
  const app = new ManagedProcess(petyaProgram(wiring), cachePath('logs', 'bench-profile.log'));
  await app.start();
  const petyaUrl = localUrl(petyaPort);
  const account = { petyaUrl, adminToken: secrets.adminToken, allowedOrigins: [] };
  const { accountId, apiKey } = await provideDemoAccount(account);
  const deliver = (count: number) => {
    const sessionId = randomUUID();
    const body = { sessionId, accountId, status: 'completed', transcript: turns(count) };
    const path = `/api/v1/avatar/conversations/talk-${sessionId}/status`;
    return callApi(`${petyaUrl}${path}`, { bearer: secrets.serviceToken, body });
  };
  const questions = {
    'petya-config': () => callApi(`${petyaUrl}/api/v1/avatar/config`, { apiKey }),
    'petya-delivery-20': () => deliver(20),
    'petya-delivery-2000': () => deliver(2000),
  };
  for (const [name, ask] of Object.entries(questions)) {
    await repeat(ask, MS / 2);
    show(name, await profileWhile({ name, pid: app.pid ?? 0 }, () => repeat(ask, MS)));
  }
  await app.stop();
}

/** A few at a time. */
async function repeat(ask: () => Promise<unknown>, ms: number): Promise<void> {
  const until = performance.now() + ms;
  const one = async (): Promise<void> => {
    while (performance.now() < until) await ask();
  };
  await Promise.all([one(), one(), one(), one()]);
}

function show(path: string, profile: CpuProfile): void {
  const { busyMs, self, inclusive } = costsOf(profile);
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const columns = [self, inclusive].map((costs) =>
    [...costs].slice(0, SHOWN).map(([place, share]) => [percent(share), place]),
  );
  const rows = (columns[0] ?? []).map((row, at) => [...row, ...(columns[1]?.[at] ?? [])]);
  say(`\n${path}: ${Math.round(busyMs)} ms of processor time`);
  say(table([['self', '', 'inclusive', ''], ...rows]));
  const ours = [...self].reduce((sum, [place, share]) => sum + (isOurs(place) ? share : 0), 0);
  const figure = `${path}: processor time in our own files`;
  report({ question: 'profile', figure, value: ours * 100, unit: '%' });
}
