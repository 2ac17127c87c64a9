/** Something that was measured at a time. */
export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/** How a figure went on in the second half of its samples. */
export interface Trend {
  /** By how much it grew from the half's beginning to its end, along a line through all samples. */
  readonly grew: number;
  /** Growth that samples scattered as these show by chance, once in about a thousand times. */
  readonly noise: number;
  readonly isFlat: boolean;
}

/** Standard errors that chance does not exceed. */
const CERTAIN = 3;

/** Fewer samples in a half say nothing. */
const FEWEST = 5;

/**
 * Judges the second half; in the first, caches and pools fill and code is compiled.
 * @param negligible growth over the half, in the samples' unit, that is none
 * @throws Error for too few samples or samples of one moment
 */
export function trendOf(samples: readonly Sample[], negligible: number): Trend {
  const half = samples.slice(Math.floor(samples.length / 2));
  const [first, last] = [half[0], half.at(-1)];
  if (half.length < FEWEST || !first || !last || first.atMs === last.atMs) {
    throw new Error(`${samples.length} samples say nothing of a trend.`);
  }
  const middleMs = mean(half.map(({ atMs }) => atMs));
  const level = mean(half.map(({ value }) => value));
  const spread = sum(half.map(({ atMs }) => (atMs - middleMs) ** 2));
  const slope = sum(half.map(({ atMs, value }) => (atMs - middleMs) * (value - level))) / spread;
  const rest = half.map(({ atMs, value }) => value - level - slope * (atMs - middleMs));
  const error = Math.sqrt(sum(rest.map((each) => each ** 2)) / (half.length - 2) / spread);
  const lengthMs = last.atMs - first.atMs;
  const grew = slope * lengthMs;
  const noise = CERTAIN * error * lengthMs;
  return { grew, noise, isFlat: grew <= Math.max(noise, negligible) };
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
