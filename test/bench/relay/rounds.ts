import { median, report } from '../figures.js';
import type { Sample } from './clients.js';

/** The samples of each contestant, one a round. */
export type Rounds<Name extends string> = ReadonlyMap<Name, readonly Sample[]>;

/** Runs everybody in turn, in the reverse order each second round. */
export async function inTurn<Name extends string>(
  contestants: ReadonlyMap<Name, () => Promise<Sample>>,
  rounds: number,
): Promise<Rounds<Name>> {
  const samples = new Map<Name, Sample[]>();
  for (const name of contestants.keys()) samples.set(name, []);
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? [...contestants] : [...contestants].toReversed();
    for (const [name, run] of order) samples.get(name)?.push(await run());
  }
  return samples;
}

export function valuesOf<Name extends string>(
  rounds: Rounds<Name>,
  name: Name,
  member: keyof Sample,
): number[] {
  return (rounds.get(name) ?? []).map((sample) => sample[member]);
}

/** Reports one thing divided by another, round by round. */
export function reportRatio(
  figure: string,
  [over, under]: readonly [readonly number[], readonly number[]],
  more: { readonly atLeast?: number; readonly atMost?: number; readonly raw?: unknown } = {},
): void {
  const rounds = over.map((value, round) => value / (under[round] ?? Number.NaN));
  report({ question: 'relay', figure, value: median(rounds), unit: '×', rounds, ...more });
}
