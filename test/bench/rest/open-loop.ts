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
const DIRECT = 'direct';
const PEER = 'http-proxy';

/** Who is compared with http-proxy, and how that is told. */
export interface Subject {
  readonly question: string;
  readonly target: string;
  /** Behind "added p50". */
  readonly what?: string;
  /** Most that it may add, in what http-proxy adds. */
  readonly aims?: Readonly<Record<'p50Ms' | 'p99Ms', number>>;
  readonly rates?: readonly number[];
}

/** By name of the target. */
type Round = ReadonlyMap<string, LoadResult>;

/**
 * What a call through us takes longer than one straight to the vendor, beside what it takes longer
 * through http-proxy, while calls come at a fixed rate. Timed from when each was due.
 */
export async function compareAddedTimes(
  world: RestWorld,
  call: Call,
  subject: Subject,
): Promise<void> {
  for (const rate of subject.rates ?? RATES) {
    const rounds: Round[] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      const names = [DIRECT, subject.target, PEER];
      const order = round % 2 === 0 ? names : names.toReversed();
      const results = await runRound(world, call, rate, order);
      if (round >= 0) rounds.push(results);
    }
    tell(rate, rounds, subject);
  }
}

async function runRound(
  world: RestWorld,
  call: Call,
  rate: number,
  names: readonly string[],
): Promise<Round> {
  const results = new Map<string, LoadResult>();
  for (const name of names) {
    const target = world.target(name);
    const { port, pid } = target;
    const times = { warmUpMs: MS / 4, ms: MS, rate };
    const order = { call: callTo(target, call), port, pid, connections: CONNECTIONS, ...times };
    const result = await world.measure(order);
    results.set(name, result);
    if (result.wrong > 0)
      throw new Error(`${name} at ${rate}/s: ${result.wrong} answers were wrong`);
  }
  return results;
}

function tell(rate: number, rounds: readonly Round[], subject: Subject): void {
  const { question, target, what = '', aims } = subject;
  for (const member of ['p50Ms', 'p99Ms'] as const) {
    const times = (name: string): number[] =>
      rounds.map((round) => round.get(name)?.[member] ?? Number.NaN);
    const direct = times(DIRECT);
    const added = (name: string): number[] =>
      times(name).map((time, index) => time - (direct[index] ?? Number.NaN));
    const percentile = member.slice(0, 3);
    const each = [DIRECT, target, PEER].map((name) => `${name} ${shown(median(times(name)))} ms`);
    say(`  ${percentile} at ${rate}/s: ${each.join(', ')}`);
    report({
      question,
      figure: `added ${percentile} at ${rate} calls/s${what} ÷ ${PEER}'s`,
      value: median(added(target)) / median(added(PEER)),
      unit: '×',
      ...(aims ? { atMost: aims[member] } : {}),
      raw: { ours: added(target), peer: added(PEER), direct },
    });
  }
}
