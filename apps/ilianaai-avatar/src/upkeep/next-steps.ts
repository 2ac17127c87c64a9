import type { Budgets } from '../config/avatar-config.js';
import { dueAt, endDueAt, outboxDueAt } from '../sessions/domain/session-timing.js';
import type { LeaseKind, Session } from '../sessions/domain/session.js';
import { nextStep, type Step } from './next-step.js';

/** What a lane does next for a session, and when. */
export interface PlannedStep {
  readonly lane: LeaseKind;
  readonly step: Exclude<Step, 'nothing'>;
  /** In the past where it waits for a worker. */
  readonly at: Date;
}

/** When each lane is due; in this order they come where several are at once. */
const LANES = [
  ['end', endDueAt],
  ['life', dueAt],
  ['outbox', outboxDueAt],
] as const;

/**
 * What is done next for a session as its record stands, lane by lane, the earliest first: at that time
 * `nextStep` says the same. What one lane does for the other is named once.
 * @returns none where nothing is left to do
 */
export function nextSteps(session: Session, budgets: Budgets): PlannedStep[] {
  const planned = LANES.flatMap(([lane, due]): PlannedStep[] => {
    const at = due(session, budgets);
    if (at === null) return [];
    const claimed = { ...session, lease: { ...session.lease, lane } };
    const step = nextStep(claimed, at, budgets);
    return step === 'nothing' ? [] : [{ lane, step, at }];
  }).toSorted((one, other) => one.at.getTime() - other.at.getTime());
  return planned.filter(
    ({ step }, index) => planned.findIndex((other) => other.step === step) === index,
  );
}
