/** The places where a process may be told to die, by step. */
export const FAIL_POINTS = [
  'token.received',
  'token.recordWritten',
  'token.vendorAnswered',
  'token.idsStored',
  'start.recorded',
  'start.vendorStarted',
  'start.stored',
  'turn.received',
  'turn.groupHalfStored',
  'turn.stored',
  'poll.pageRead',
  'poll.pageStored',
  'poll.lastPage',
  'stop.received',
  'stop.recorded',
  'stop.vendorStopped',
  'stop.beforeAnswer',
  'finalise.beforeHash',
  'finalise.written',
  'deliver.claimed',
  'deliver.halfSent',
  'deliver.answered',
  'deliver.recorded',
  'sweep.claimed',
  'sweep.vendorStopped',
  'petya.accepted',
  'petya.beforeWrite',
  'petya.written',
  'shutdown.drainBegun',
  'shutdown.deliveryInFlight',
] as const;

/** The same for erasures, which no conversation comes by: Petya's part, then the avatar app's. */
export const ERASURE_FAIL_POINTS = [
  'erase.visitorMarked',
  'erase.ordered',
  'erase.lateRefused',
  'erase.conversationsMarked',
  'erase.halfRemoved',
  'erase.removed',
  'erase.confirmed',
  'erase.fetched',
  'erase.marked',
  'erase.turnsDeleted',
  'erase.vendorForgot',
  'erase.deletedAgain',
  'erase.blanked',
  'erase.beforeConfirm',
] as const;

/** The same for the comparison with the vendor's bills. */
export const RECONCILE_FAIL_POINTS = [
  'reconcile.claimed',
  'reconcile.pageRead',
  'reconcile.filledIn',
  'reconcile.beforeWrite',
  'reconcile.written',
] as const;

export type FailPoint = (typeof FAIL_POINTS)[number];
export type ErasureFailPoint = (typeof ERASURE_FAIL_POINTS)[number];
export type ReconcileFailPoint = (typeof RECONCILE_FAIL_POINTS)[number];

type AnyFailPoint = FailPoint | ErasureFailPoint | ReconcileFailPoint;

let hits = 0;

/**
 * Dies with SIGKILL here when `FAILPOINT` says so: `<name>:kill` on the first time, `<name>:kill:3`
 * on the third. For the kill tests only: the production build removes every call and this body
 * (`strip-fail-points.cjs`).
 */
export async function failPoint(name: AnyFailPoint): Promise<void> {
  const [wanted, action, nth = '1'] = (process.env['FAILPOINT'] ?? '').split(':');
  if (wanted !== name || action !== 'kill') return;
  hits += 1;
  if (hits !== Number(nth)) return;
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
}
