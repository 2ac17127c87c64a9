import { say } from '../stack/say.js';
import { median } from './bench-database.js';
import { isQuick, measuredOn, report } from './figures.js';
import { measureDatabaseRead } from './rest/database-read.js';
import { compare, type Contestant, ratios, type Rounds } from './rest/closed-loop.js';
import type { Call } from './rest/load.js';
import { compareAddedTimes } from './rest/open-loop.js';
import { installPeers, PEER_KEYS } from './rest/peers.js';
import { startRestWorld } from './rest/world.js';

/*
 * What a proxied call costs, beside what stands in its place elsewhere. `streaming.interrupt` is
 * the call: it reaches the vendor every time and stores nothing, so everybody does the same work;
 * we look up the account and the session besides. `streaming.task`, which also stores a turn
 * durably, stands for itself.
 */
const AIMS: readonly (readonly [peer: string, atLeast?: number])[] = [
  ['express + http-proxy-middleware', 1.5],
  ['express + http-proxy-middleware, prototypes mended', 0.75],
  ['http-proxy', 0.6],
  ['fastify + @fastify/http-proxy', 0.9],
  ['ours on axios', 4.5],
  ['node + undici'],
  ['nginx'],
];
const MANY_KEYS = 20_000;

await installPeers();
const world = await startRestWorld();
measuredOn(world.database.description);
try {
  const interrupt: Call = {
    path: '/v1/streaming.interrupt',
    body: {},
    sessions: world.sessions,
    keys: PEER_KEYS,
    expected: '"status":"success"',
  };
  for (const connections of isQuick ? [50] : [50, 500]) await comparePeers(interrupt, connections);
  await compareOurselves(interrupt);
  await compareKeys(interrupt);
  await compareAddedTimes(world, interrupt, {
    question: 'rest',
    target: 'ours',
    aims: { p50Ms: 1.5, p99Ms: 2 },
  });
  await measureDatabaseRead(world);
  await measureTask(interrupt);
} finally {
  await world.stop();
}

async function comparePeers(call: Call, connections: number): Promise<void> {
  say(`\n${connections} connections, plain HTTP to the vendor`);
  const there = AIMS.filter(([name]) => world.targets.some((target) => target.name === name));
  const names = ['direct', 'ours', ...there.map(([name]) => name)];
  const rounds = await compare(world, withCall(names, call), connections);
  for (const [peer, atLeast] of there) {
    const figure = `proxied call ÷ ${peer}, ${connections} connections`;
    tell(rounds, ['ours', peer], figure, atLeast);
    const cpu = ratios(rounds, ['ours', peer], 'cpuMicros');
    report({
      question: 'rest',
      figure: `CPU of a ${figure}`,
      value: median(cpu),
      unit: '×',
      rounds: cpu,
    });
  }
}

async function compareOurselves(call: Call): Promise<void> {
  say('\nours, 50 connections');
  const names = ['ours', 'ours over TLS', 'ours without the look-up'];
  const rounds = await compare(world, withCall(names, call), 50);
  tell(rounds, ['ours over TLS', 'ours'], 'over TLS to the vendor ÷ over plain HTTP', 0.8);
  tell(
    rounds,
    ['ours', 'ours without the look-up'],
    'account config cached ÷ without the look-up',
    0.95,
  );
}

/** Each key is looked up at Petya once in five seconds: that is part of many keys' price. */
async function compareKeys(call: Call): Promise<void> {
  say('\none key and many, rate limit on, 50 connections');
  const contestants = [
    { name: 'one', target: 'ours', call: { ...call, keys: 1 } },
    { name: 'many', target: 'ours', call: { ...call, keys: MANY_KEYS } },
  ];
  const rounds = await compare(world, contestants, 50);
  tell(rounds, ['one', 'many'], `one hot key ÷ ${MANY_KEYS} keys, rate limit on`, 0.9);
}

async function measureTask(interrupt: Call): Promise<void> {
  say('\nstreaming.task: the same, and a durable turn');
  const task: Call = {
    ...interrupt,
    path: '/v1/streaming.task',
    body: { text: 'What does the ash chair cost?', task_type: 'talk' },
    expected: '"task_id"',
  };
  const rounds = await compare(world, withCall(['ours'], task), 50);
  const perSecond = (rounds.get('ours') ?? []).map((round) => round.perSecond);
  report({
    question: 'rest',
    figure: 'streaming.task with its durable turn, 50 connections',
    value: median(perSecond),
    unit: 'calls/s',
    rounds: perSecond,
  });
}

function withCall(names: readonly string[], call: Call): Contestant[] {
  return names.map((name) => ({ name, call }));
}

function tell(
  rounds: Rounds,
  pair: readonly [string, string],
  figure: string,
  atLeast?: number,
): void {
  const each = ratios(rounds, pair);
  const raw = Object.fromEntries(pair.map((name) => [name, rounds.get(name)]));
  report({ question: 'rest', figure, value: median(each), unit: '×', atLeast, rounds: each, raw });
}
