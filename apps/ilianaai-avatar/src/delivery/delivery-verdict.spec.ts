import { describe, expect, it } from '@jest/globals';
import { classifyDelivery } from './delivery-verdict.js';

describe('classifyDelivery', () => {
  it.each([200, 201, 202])('takes %i with a well-formed body as delivered', (status) => {
    const outcome = { kind: 'answered', status, isBodyWellFormed: true } as const;
    expect(classifyDelivery(outcome, 0)).toBe('delivered');
  });

  it.each([200, 204])('tries again after %i with a body it cannot read', (status) => {
    const outcome = { kind: 'answered', status, isBodyWellFormed: false } as const;
    expect(classifyDelivery(outcome, 10_000_000)).toBe('retry');
  });

  it.each([400, 409, 413, 422])('parks %i at once, whatever the body', (status) => {
    for (const isBodyWellFormed of [true, false]) {
      expect(classifyDelivery({ kind: 'answered', status, isBodyWellFormed }, 0)).toBe('park');
    }
  });

  it.each([100, 301, 302, 304, 307, 401, 403, 405, 408, 410, 418, 429, 500, 502, 503, 504, 599])(
    'tries again after %i for ever',
    (status) => {
      const outcome = { kind: 'answered', status, isBodyWellFormed: true } as const;
      expect(classifyDelivery(outcome, 0)).toBe('retry');
      expect(classifyDelivery(outcome, 10_000_000)).toBe('retry');
    },
  );

  it.each([
    [0, 'retry'],
    [3_599, 'retry'],
    [3_600, 'park'],
  ])('makes of a 404 after %i s: %s', (ageSeconds, verdict) => {
    const outcome = { kind: 'answered', status: 404, isBodyWellFormed: true } as const;
    expect(classifyDelivery(outcome, ageSeconds)).toBe(verdict);
  });

  it('tries again for ever after an attempt without an answer', () => {
    expect(classifyDelivery({ kind: 'unanswered' }, 0)).toBe('retry');
    expect(classifyDelivery({ kind: 'unanswered' }, 10_000_000)).toBe('retry');
  });
});
