/** Which share of the processors others had in a time. */
export interface Sample {
  readonly fromMs: number;
  readonly toMs: number;
  /** From 0 to 1. */
  readonly others: number;
}

/**
 * How much of a time the machine was ours: each millisecond counts as much as the share of the
 * processors that others did not have. On a machine without others it is the time itself.
 * @param samples in the order of time; what lies outside of them counts whole
 */
export function ourMs(samples: readonly Sample[], fromMs: number, toMs: number): number {
  const theirs = samples.reduce((sum, each) => {
    const overlapMs = Math.min(toMs, each.toMs) - Math.max(fromMs, each.fromMs);
    return overlapMs > 0 ? sum + overlapMs * each.others : sum;
  }, 0);
  return Math.round(toMs - fromMs - theirs);
}
