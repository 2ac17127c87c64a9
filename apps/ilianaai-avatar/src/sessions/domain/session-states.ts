import type { SessionState } from '#contracts';

export { SESSION_STATES, type SessionState } from '#contracts';

/**
 * Where a session may go from each state. States only move right; `failed` is for sessions that
 * were never billed, `parked` waits for a person, who may send it back to `final`. Whatever is over
 * may be `erased`: then the record says when and how long it was, and nothing of whom.
 */
const MOVES: Readonly<Record<SessionState, readonly SessionState[]>> = {
  creating: ['created', 'failed'],
  created: ['starting', 'stopping', 'failed'],
  starting: ['active', 'stopping', 'stopped', 'failed'],
  active: ['stopping', 'stopped'],
  stopping: ['stopped', 'failed'],
  stopped: ['final', 'erased'],
  final: ['delivered', 'parked', 'erased'],
  delivered: ['parked', 'erased'],
  failed: ['erased'],
  parked: ['final', 'erased'],
  erased: [],
};

/** Whether a session may move from one state to another. */
export function canMove(from: SessionState, to: SessionState): boolean {
  return MOVES[from].includes(to);
}

/** States in which a session takes a slot of its account. */
export const LIVE_STATES: readonly SessionState[] = [
  'creating',
  'created',
  'starting',
  'active',
  'stopping',
];

/** Whether a session still takes a slot. */
export function isLive(state: SessionState): boolean {
  return LIVE_STATES.includes(state);
}

/** Whether a client may still talk in this session. */
export function isOpen(state: SessionState): boolean {
  return state === 'created' || state === 'starting' || state === 'active';
}

const OWED_STATES: readonly SessionState[] = ['stopped', 'final', 'parked'];

/**
 * Whether a session that is over owes its transcript to somebody: one that is being erased stands in the
 * same states until nothing of it is left, and is delivered no more.
 */
export function isOwed(state: SessionState, isErased: boolean): boolean {
  return OWED_STATES.includes(state) && !isErased;
}
