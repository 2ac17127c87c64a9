import type { MetricText } from './measures.js';
import type { Labels } from './bounded-labels.js';

/** One value of a gauge. */
export interface Reading {
  readonly name: string;
  readonly labels?: Labels;
  readonly value: number;
}

/** Numbers that are read when somebody looks. */
export interface GaugeSource {
  readonly gauges: readonly MetricText[];
  /**
   * @returns a value for each set of labels; a gauge that has none is not told of
   * @throws whatever it fails with: then none of its gauges is told of
   */
  read(): Promise<readonly Reading[]> | readonly Reading[];
}

/** Ends the help of what every replica reads from the same database. */
export const SAME_EVERYWHERE = 'From the database, the same on every replica: max() over them.';
