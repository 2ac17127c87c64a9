import { describe, expect, it } from '@jest/globals';
import { canMove, isLive, isOpen, SESSION_STATES, type SessionState } from './session-states.js';

/** Every move there is; a pair that is not here is forbidden. */
const MOVES = new Set([
  'creating → created',
  'creating → failed',
  'created → starting',
  'created → stopping',
  'created → failed',
  'starting → active',
  'starting → stopping',
  'starting → stopped',
  'starting → failed',
  'active → stopping',
  'active → stopped',
  'stopping → stopped',
  'stopping → failed',
  'stopped → final',
  'final → delivered',
  'final → parked',
  'delivered → parked',
  'parked → final',
  'stopped → erased',
  'final → erased',
  'delivered → erased',
  'failed → erased',
  'parked → erased',
]);

const PAIRS = SESSION_STATES.flatMap((from) => SESSION_STATES.map((to) => [from, to] as const));

/** All states that can be reached from one, by any number of moves. */
function reachable(from: SessionState, seen = new Set<SessionState>()): Set<SessionState> {
  for (const to of SESSION_STATES) {
    if (!canMove(from, to) || seen.has(to)) continue;
    seen.add(to);
    reachable(to, seen);
  }
  return seen;
}

describe('a session', () => {
  it.each(PAIRS)('moves from %s to %s only where the contract has it', (from, to) => {
    expect(canMove(from, to)).toBe(MOVES.has(`${from} → ${to}`));
  });

  it('never comes back to life: from no ended state can a live one be reached', () => {
    for (const from of SESSION_STATES.filter((state) => !isLive(state))) {
      expect([...reachable(from)].filter(isLive)).toEqual([]);
    }
  });

  it('always has a way to its end', () => {
    for (const from of SESSION_STATES.filter(isLive)) {
      expect(reachable(from).has('failed') || reachable(from).has('delivered')).toBe(true);
    }
    for (const from of ['stopped', 'final', 'parked'] as const) {
      expect(reachable(from).has('delivered')).toBe(true);
    }
  });

  it('only moves right, but for the operator who sends a parked one back', () => {
    for (const state of SESSION_STATES) {
      const returns = reachable(state).has(state);
      expect(returns).toBe(['final', 'delivered', 'parked'].includes(state));
    }
    expect(canMove('failed', 'final')).toBe(false);
  });

  it.each([
    ['creating', true, false],
    ['created', true, true],
    ['starting', true, true],
    ['active', true, true],
    ['stopping', true, false],
    ['stopped', false, false],
    ['final', false, false],
    ['delivered', false, false],
    ['failed', false, false],
    ['parked', false, false],
  ] as const)('that is %s takes a slot: %p, may be talked in: %p', (state, live, open) => {
    expect([isLive(state), isOpen(state)]).toEqual([live, open]);
  });
});
