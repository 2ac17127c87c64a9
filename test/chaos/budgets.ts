/**
 * The time budgets as this harness runs them: what the product waits for is
 * shortened by its variables, so that hours become seconds. `real` is what production has.
 */
export const scaledEnv = {
  LEASE_SECONDS: '2',
  LEAVE_GRACE_SECONDS: '2',
  NO_SHOW_SECONDS: '5',
  UPKEEP_POLL_SECONDS: '0.2',
  VENDOR_POLL_SECONDS: '2',
  SWEEP_PATIENCE_SECONDS: '2',
  FINAL_READ_GAP_SECONDS: '0.4',
  FINAL_WAIT_SECONDS: '6',
  VENDOR_DOWN_WAIT_SECONDS: '10',
  RETRY_STEPS_SECONDS: '0,0.2,0.5,1,2',
  CIRCUIT_OPEN_SECONDS: '0.5',
  VENDOR_CALLS_PER_SECOND: '0',
  MAX_SESSION_SECONDS: '120',
} as const;

export interface TimeBudget {
  readonly title: string;
  /** Here, in milliseconds. */
  readonly scaledMs: number;
  /** In production, in seconds. */
  readonly realSeconds: number;
}

/** Grace 20 s and stopped by 30 s become 2 s and 3 s: a tenth. */
const T2 = { title: 'T2 left', scaledMs: 3_000, realSeconds: 30 };

export const budgets = {
  /** Nothing in it can be shortened: a request, a write and one call of the vendor. */
  T1: { title: 'T1 stop called', scaledMs: 5_000, realSeconds: 5 },
  /** Whoever stops holds a session for 1.5 s at a time, and others look each second. */
  T1killed: { title: 'T1 its replica killed', scaledMs: 5_000, realSeconds: 5 },
  T2,
  /** Two promises of the shortest kind, 5 s each, come before the grace. */
  T2silent: { title: 'T2 half-open', scaledMs: 10_000 + T2.scaledMs, realSeconds: 60 },
  T3: { title: 'T3 never started', scaledMs: 6_000, realSeconds: 121 },
  /** A lease of 15 s becomes 2 s: two fifteenths of 45 s. */
  T4: { title: 'T4 replica killed', scaledMs: 6_000, realSeconds: 45 },
  T5: { title: 'T5 only replica restarted', scaledMs: 6_000, realSeconds: 45 },
} as const satisfies Record<string, TimeBudget>;

/** What no variable shortens: the vendor and the database take the time that they take. */
export const unscaled = {
  /** Grace 20 s becomes 2 s; the 10 s in which it is then stopped stay. */
  T2: { title: 'T2 left', scaledMs: 12_000, realSeconds: 30 },
  paused: { title: 'after a pause', scaledMs: 10_000, realSeconds: 10 },
} as const satisfies Record<string, TimeBudget>;

/**
 * The lease of a start and the patience with an unfinished token are 30 s each and have no
 * variable, so what dies inside them is resolved by then.
 */
export const START_LEASE_MS = 30_000;

/**
 * A sweep that dies over a session leaves it claimed, and what comes to it next is another sweep: with
 * each death within a session's time that time begins anew.
 * @param deathsAtMs in the order in which they happened
 * @returns the session's whole time from its ending, in milliseconds
 */
export function budgetBegunAnew(
  budgetMs: number,
  endedAtMs: number,
  deathsAtMs: readonly number[],
): number {
  let untilMs = endedAtMs + budgetMs;
  for (const atMs of deathsAtMs) {
    if (atMs > endedAtMs && atMs <= untilMs) untilMs = atMs + budgetMs;
  }
  return untilMs - endedAtMs;
}

/** What was measured against a budget, in milliseconds. */
export function describeTimes(tookMs: readonly number[], budget: TimeBudget): string {
  const scale = `budget ${budget.scaledMs} ms for ${budget.realSeconds} s`;
  return `median ${percentileOf(tookMs, 0.5)}, worst ${percentileOf(tookMs, 1)} ms; ${scale}`;
}

/** The time that such a share of all was within, in milliseconds; a dash for none. */
export function percentileOf(tookMs: readonly number[], share: number): string {
  const sorted = tookMs.toSorted((one, other) => one - other);
  const place = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
  return String(sorted[place] ?? '–');
}
