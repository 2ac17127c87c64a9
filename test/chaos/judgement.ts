import { setTimeout as sleep } from 'node:timers/promises';
import { checkRest, checkRun } from './checker.js';
import { countUndone, gatherEvidence } from './evidence.js';
import type { Outcome, Row } from './scenario.js';
import type { World } from './world.js';

/** Longest that anything may need to settle: the lease of a start, a lease, readings, retries. */
const SETTLE_MS = 60_000;

/**
 * Heals the world, waits until nothing is left to do for any session, and holds the three ledgers
 * against each other: one row for each outcome, and one for what belongs to no plugin.
 */
export async function judge(
  world: World,
  outcomes: readonly Outcome[],
  settleMs = SETTLE_MS,
): Promise<Row[]> {
  await world.heal();
  await settle(world, settleMs);
  const evidence = await gatherEvidence(world);
  const rows = outcomes.map((outcome): Row => {
    const { what, runs, only, ledger, planned, violations = [] } = outcome;
    const found = [
      ...violations,
      ...checkRun(ledger, evidence, planned),
      ...(outcome.judge?.(evidence) ?? []),
    ];
    const count = `${ledger.sessions.length} sessions, ${ledger.acknowledgedTurns()} turns`;
    const note = [count, outcome.note?.(evidence)].filter(Boolean).join('; ');
    return { what, runs, only, violations: found, note };
  });
  const ledgers = outcomes.map(({ ledger }) => ledger);
  const rest = checkRest(world, ledgers, evidence);
  const only = outcomes.length === 1 ? (outcomes[0]?.only ?? '') : 'all';
  const note = `${evidence.sessions.length} records, ${evidence.conversations.length} conversations`;
  return [...rows, { what: 'all records, logs', runs: 1, violations: rest, only, note }];
}

/** Waits until nothing is left to do for any session; what is left then, the checker names. */
export async function settle(world: World, withinMs = SETTLE_MS): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const undone = await countUndone(world).catch(() => null);
    const { activeSessionIds } = await world.control.summary();
    const isSettled = undone === 0 && activeSessionIds.length === 0;
    if (isSettled || Date.now() > deadline) return;
    await sleep(100);
  }
}
