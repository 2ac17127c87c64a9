import type { ClientLedger, RequestRow } from './client-ledger.js';
import type { Violation } from './violations.js';

/** Which failed answers the faults of a run explain. */
export interface PlannedFaults {
  /** Answers may be lost: processes are killed or connections cut. */
  readonly losesAnswers: boolean;
  /** Statuses from 500 on that may be given, each with `Retry-After` where it is 503. */
  readonly statuses: readonly number[];
}

/** A killed process loses answers; one that dies beside it makes the other say "later". */
export const KILLED: PlannedFaults = { losesAnswers: true, statuses: [502, 503] };

/** Statuses that are no failure but a ruling: ended, not started, taken, full. */
const RULINGS = [200, 201, 202, 401, 409, 410, 429];

/** No plugin sees a failure that the faults of the run do not explain. */
export function checkAnswers(ledger: ClientLedger, planned: PlannedFaults): Violation[] {
  return ledger.requests.flatMap((row) => {
    const problem = complaint(row, planned);
    if (problem === null) return [];
    const evidence = `${row.route} ${problem} after ${row.tookMs} ms at ${isoTime(row.atMs)}`;
    return [{ kind: 'answer', tag: row.tag, evidence }];
  });
}

function complaint(row: RequestRow, planned: PlannedFaults): string | null {
  const { status } = row;
  if (status === null) return planned.losesAnswers ? null : 'was not answered';
  if (RULINGS.includes(status)) return null;
  if (!planned.statuses.includes(status)) return `was answered ${status} ${row.problem ?? ''}`;
  return status === 503 && !row.hasRetryAfter ? 'was answered 503 without Retry-After' : null;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}
