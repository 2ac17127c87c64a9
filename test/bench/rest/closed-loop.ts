import { say } from '../../stack/say.js';
import { isQuick, shown } from '../figures.js';
import { median } from '../bench-database.js';
import type { Call, LoadResult } from './load.js';
import { callTo } from './target.js';
import type { RestWorld } from './world.js';

/** What each target did in each round. */
export type Rounds = ReadonlyMap<string, readonly LoadResult[]>;

export const ROUNDS = isQuick ? 2 : 5;
const MS = isQuick ? 400 : 1_500;
/** Of the first round: a server that compiles as it goes needs some thousand calls. */
const WARM_UP_MS = isQuick ? 1_000 : 4_000;

/** Which target is called how, as fast as it answers. */
export interface Contestant {
  /** Of the target, where `target` does not name another. */
  readonly name: string;
  readonly target?: string;
  readonly call: Call;
}

/**
 * Runs the contestants one after the other, in the reverse order each second round. The first
 * round warms up and is not counted.
 * @throws Error when an answer was wrong or a call did not reach the vendor
 */
export async function compare(
  world: RestWorld,
  contestants: readonly Contestant[],
  connections: number,
): Promise<Rounds> {
  const rounds = new Map<string, LoadResult[]>(contestants.map(({ name }) => [name, []]));
  for (let round = -1; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? contestants : contestants.toReversed();
    for (const contestant of order) {
      const result = await runOne(world, contestant, connections, round < 0 ? WARM_UP_MS : MS);
      if (round >= 0) rounds.get(contestant.name)?.push(result);
    }
  }
  for (const [name, results] of rounds) say(describe(name, results));
  return rounds;
}

async function runOne(
  world: RestWorld,
  { name, target = name, call }: Contestant,
  connections: number,
  ms: number,
): Promise<LoadResult> {
  const measured = world.target(target);
  const { port, pid } = measured;
  const before = await world.vendorCalls();
  const order = { call: callTo(measured, call), port, pid, connections, warmUpMs: MS / 4, ms };
  const result = await world.measure(order);
  const made = (await world.vendorCalls()) - before;
  if (result.wrong > 0) throw new Error(`${name}: ${result.wrong} answers were wrong`);
  if (made < result.answered) throw new Error(`${name}: ${made} of ${result.answered} were made`);
  return result;
}

function describe(name: string, results: readonly LoadResult[]): string {
  const of = (member: keyof LoadResult): string =>
    shown(median(results.map((result) => result[member])));
  return (
    `  ${name.padEnd(52)}${of('perSecond').padStart(8)}/s ${of('cpuMicros').padStart(6)} µs CPU ` +
    `${of('p50Ms').padStart(6)} ms p50 ${of('p99Ms').padStart(6)} ms p99`
  );
}

/** A member of one target over that of another one, round by round. */
export function ratios(
  rounds: Rounds,
  [one, other]: readonly [string, string],
  member: keyof LoadResult = 'perSecond',
): number[] {
  const others = rounds.get(other) ?? [];
  return (rounds.get(one) ?? []).map(
    (result, index) => result[member] / (others[index]?.[member] ?? Number.NaN),
  );
}

/**
 * The mean of a member of some targets that are alike over that of others, round by round: two processes of
 * one program differ by some hundredths for as long as they run, and by that much none can be judged alone.
 */
export function ratiosOfMeans(
  rounds: Rounds,
  [some, others]: readonly [readonly string[], readonly string[]],
  member: keyof LoadResult = 'perSecond',
): number[] {
  const meansOf = (names: readonly string[]): number[] => {
    const results = names.map((name) => rounds.get(name) ?? []);
    const sumOf = (round: number): number =>
      results.reduce((sum, of) => sum + (of[round]?.[member] ?? Number.NaN), 0);
    return (results[0] ?? []).map((_result, round) => sumOf(round) / names.length);
  };
  const below = meansOf(others);
  return meansOf(some).map((mean, round) => mean / (below[round] ?? Number.NaN));
}
