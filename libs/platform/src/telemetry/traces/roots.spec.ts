import { describe, expect, it } from '@jest/globals';
import { Roots } from './roots.js';

describe('the span in which a session is opened', () => {
  it('has the same id for every replica, and another one for each session', () => {
    const ids = ['record-1', 'record-2', 'record-1'].map((recordId) =>
      new Roots().of({ recordId }),
    );
    expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
    expect([ids[1] === ids[0], ids[2] === ids[0]]).toEqual([false, true]);
  });

  it('keeps its id when more sessions came by than are remembered', () => {
    const roots = new Roots();
    const before = roots.of({ recordId: 'record-1' });
    for (let each = 0; each < 25_000; each += 1) roots.of({ recordId: `another-${each}` });
    expect(roots.of({ recordId: 'record-1' })).toBe(before);
    expect(roots.size).toBeLessThanOrEqual(10_000);
  });

  it.each([undefined, {}, { sessionId: 'vendor-1' }])('is none without a record: %j', (session) => {
    expect(new Roots().of(session)).toBeNull();
  });
});
