import { say } from '../../stack/say.js';
import { isQuick, report, shown } from '../figures.js';
import { median } from '../bench-database.js';
import type { Call, LoadResult } from './load.js';
import { callTo } from './target.js';
import type { RestWorld } from './world.js';

const ROUNDS = isQuick ? 2 : 9;
const MS = isQuick ? 700 : 2_000;
const RATES = isQuick ? [250] : [250, 1_000];
const CONNECTIONS = 200;
const NAMES = ['direct', 'ours', 'http-proxy'] as const;

type Name = (typeof NAMES)[number];

/**
 * What a call through us takes longer than one straight to the vendor, beside what it takes longer
 * through http-proxy, while calls come at a fixed rate. Timed from when each was due.
 */
export async function compareAddedTimes(world: RestWorld, call: Call): Promise<void> {
  for (const rate of RATES) {
    const rounds: Record<Name, LoadResult>[] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      const results = await runRound(world, call, rate, round % 2 === 0);
      if (round >= 0) rounds.push(results);
    }
    tell(rate, rounds);
  }
}

async function runRound(
  world: RestWorld,
  call: Call,
  rate: number,
  isForward: boolean,
): Promise<Record<Name, LoadResult>> {
  const results: Partial<Record<Name, LoadResult>> = {};
  for (const name of isForward ? NAMES : NAMES.toReversed()) {
    const target = world.target(name);
    const { port, pid } = target;
    const times = { warmUpMs: MS / 4, ms: MS, rate };
    const order = { call: callTo(target, call), port, pid, connections: CONNECTIONS, ...times };
    const result = await world.measure(order);
    results[name] = result;
    if (result.wrong > 0)
      throw new Error(`${name} at ${rate}/s: ${result.wrong} answers were wrong`);
  }
  return results as Record<Name, LoadResult>;
}

function tell(rate: number, rounds: readonly Record<Name, LoadResult>[]): void {
  for (const [member, atMost] of [
    ['p50Ms', 1.5],
    ['p99Ms', 2],
  ] as const) {
    const times = (name: Name): number[] => rounds.map((round) => round[name][member]);
    const added = (name: Name): number[] =>
      rounds.map((round) => round[name][member] - round.direct[member]);
    const [ours, peer] = [median(added('ours')), median(added('http-proxy'))];
    const percentile = member.slice(0, 3);
    say(
      `  ${percentile} at ${rate}/s: ` +
        NAMES.map((name) => `${name} ${shown(median(times(name)))} ms`).join(', '),
    );
    report({
      question: 'rest',
      figure: `added ${percentile} at ${rate} calls/s ÷ http-proxy's`,
      value: ours / peer,
      unit: '×',
      atMost,
      raw: { ours: added('ours'), peer: added('http-proxy'), direct: times('direct') },
    });
  }
}
