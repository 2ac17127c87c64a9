import { describe, expect, it } from '@jest/globals';
import { Problem } from '../shared/problem.js';
import { madeOnce } from './unknown-outcome.js';

describe('an order that makes something', () => {
  async function outcomeOf(fault: unknown): Promise<unknown> {
    try {
      return await madeOnce(Promise.reject(fault));
    } catch (thrown) {
      return thrown;
    }
  }

  it('is what it has made', async () => {
    expect(await madeOnce(Promise.resolve('made'))).toBe('made');
  });

  it('has an outcome that nobody knows where there was no answer', async () => {
    const unanswered = await outcomeOf(new Problem('There was no answer.', 0, ''));
    expect(unanswered).toMatchObject({ status: 0, code: 'unknown_outcome' });
  });

  it.each([
    new Problem('The input was refused.', 422, 'invalid_input'),
    new Problem('There was an answer 502.', 502, ''),
    new TypeError('x is not a function'),
  ])('is refused as it was refused: %s', async (error) => {
    expect(await outcomeOf(error)).toBe(error);
  });
});
