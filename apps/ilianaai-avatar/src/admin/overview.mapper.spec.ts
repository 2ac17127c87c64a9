import { describe, expect, it } from '@jest/globals';
import { COUNTED_STATES } from '../fleet/fleet.js';
import { toLags, toSessions, toUsed, toVendor } from './overview.mapper.js';

const AT = new Date('2026-11-30T06:00:00.000Z');

describe('what is shown of the fleet', () => {
  it('is every state, also one that has none, of all vendors together', () => {
    const counts = [
      { vendor: 'liveavatar', state: 'active', sessions: 3 },
      { vendor: 'heygen', state: 'active', sessions: 4 },
      { vendor: 'liveavatar', state: 'created', sessions: 10 },
      { vendor: 'liveavatar', state: 'parked', sessions: 100 },
    ] as const;
    const none = Object.fromEntries(COUNTED_STATES.map((state) => [state, 0]));
    expect(toSessions({ counts: [] })).toEqual({ ...none, live: 0 });
    const some = { ...none, created: 10, active: 7, parked: 100, live: 17 };
    expect(toSessions({ counts })).toEqual(some);
  });

  it('counts as live what holds a slot', () => {
    const counts = COUNTED_STATES.map(
      (state, index) => ({ vendor: 'liveavatar', state, sessions: 2 ** index }) as const,
    );
    expect(toSessions({ counts }).live).toBe(0b11111);
  });

  it('is whole seconds that have gone by', () => {
    const lagSeconds = { end: 0.999, life: 1, outbox: 61.5 };
    expect(toLags({ lagSeconds })).toEqual({ end: 0, life: 1, outbox: 61 });
  });

  it.each([
    ['not known yet', [], { today: null, month: null }],
    ['nothing', [{ vendor: 'heygen', today: 0, month: 0 }], { today: 0, month: 0 }],
    [
      'of all vendors together',
      [
        { vendor: 'heygen', today: 1, month: 20 },
        { vendor: 'liveavatar', today: 300, month: 4_000 },
      ],
      { today: 301, month: 4_020 },
    ],
  ] as const)('was used: %s', (_what, used, shown) => {
    expect(toUsed({ used })).toEqual(shown);
  });
});

describe('what is shown of a vendor', () => {
  const vendor = { name: 'liveavatar', isReachable: false } as const;

  it.each([
    ['has told', { left: 42.5, readAt: AT }, 42.5, AT.toISOString()],
    ['has never told', null, null, null],
  ])('is its credits as it %s', (_what, reading, creditsLeft, creditsReadAt) => {
    expect(toVendor(vendor, reading)).toEqual({
      name: 'liveavatar',
      creditsLeft,
      creditsReadAt,
      reachable: false,
    });
  });
});
