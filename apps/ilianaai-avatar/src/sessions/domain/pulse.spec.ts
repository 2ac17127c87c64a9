import { describe, expect, it } from '@jest/globals';
import { aSession, at } from '../../../../../test/support/session.factory.js';
import { beat, promisedBy, type Pulse } from './pulse.js';
import { keptAlive } from './session-moves.js';
import type { Session } from './session.js';

describe('keep-alives without a promise', () => {
  it.each([
    ['the first', [0], null],
    ['two, a minute apart', [0, 60], null],
    ['three, a minute apart', [0, 60, 120], 60],
    ['late and early ones', [0, 74, 125], 60],
    ['one that was too late', [0, 60, 136], null],
    ['one that was too early', [0, 60, 109], null],
    ['three again after a break', [0, 60, 120, 300, 360, 420], 60],
    ['two after a break', [0, 60, 120, 300, 360], null],
    ['every three minutes', [0, 180, 360, 540], null],
    ['every ten seconds', [0, 10, 20, 30, 40, 50, 60], null],
  ] as const)('%s', (_, seconds, promised) => {
    const pulse = seconds.reduce<Pulse | null>((before, second) => beat(before, at(second)), null);
    expect(promisedBy(pulse)).toBe(promised);
  });
});

describe('a session that is kept alive', () => {
  type Call = readonly [second: number, promise?: number];

  /** Each call: when it came, and what it promised. */
  function after(calls: readonly Call[]): Session {
    return calls.reduce<Session>(
      (session, [second, promise]) => ({ ...session, ...keptAlive(session, at(second), promise) }),
      aSession({ state: 'active' }),
    );
  }

  it.each<[string, Call[], number | null]>([
    ['by the SDK alone is promised the next one', [[0], [60], [120]], 60],
    ['by the SDK alone until it falls silent', [[0], [60], [120], [300]], null],
    ['by the plugin', [[0, 15]], 15],
    ['by the plugin, and a minute later by hand', [[0, 15], [60], [120]], 15],
    ['by both', [[0], [15, 15], [60], [75, 15], [120], [135, 15]], 15],
    ['by the SDK, then by a plugin', [[0], [60], [120], [130, 20]], 20],
    ['by hand, now and then', [[0], [100], [250]], null],
  ])('%s', (_, calls, promised) => {
    expect(after(calls).heartbeat?.withinSeconds ?? null).toBe(promised);
  });
});
