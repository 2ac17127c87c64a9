import { describe, expect, it } from '@jest/globals';
import { PETYA_OUTCOMES } from './petya-outcome.js';

const coded = (code: string) => Object.assign(new Error('Bearer abc'), { code });

describe('what the outcome of a call to Petya is called', () => {
  it.each([
    [200, 'ok'],
    [404, 'refused'],
    [429, 'slow_down'],
    [503, 'failed'],
  ])('that was answered with %i', (status, outcome) => {
    expect(PETYA_OUTCOMES.of?.({ status })).toBe(outcome);
  });

  it.each([
    [coded('ERR_CANCELED'), 'timeout'],
    [coded('ETIMEDOUT'), 'timeout'],
    [coded('ECONNREFUSED'), 'unreachable'],
    [new Error('Bearer abc'), 'unreachable'],
    ['gone', 'unreachable'],
  ])('that failed with %s', (error, outcome) => {
    expect(PETYA_OUTCOMES.failed?.(error)).toBe(outcome);
  });
});
