import { describe, expect, it } from '@jest/globals';
import { nextStep, Problem, sentencesOf } from './problem.js';

describe('a refusal', () => {
  it.each([
    [new Problem('12 are live.', 409, 'count_differs'), /^Look at the sessions that are live now/],
    [new Problem('Nothing here.', 404, 'not_found'), /^It may have gone/],
    [new Problem('Not parked.', 409, 'not_parked'), /^It is not parked any more/],
    [new Problem('Not confirmed.', 409, 'not_delivered'), /^Petya does not have it yet/],
    [new Problem('Gone.', 409, 'turns_gone'), /^Petya has it as it is/],
    [new Problem('Refused.', 422, 'invalid_input'), /^Change what you have entered/],
    [new Problem('Not valid.', 401, 'token_invalid'), /^Look it up again/],
    [new Problem('Too many.', 429, 'rate_limited', 20), /^Try again in 20 s\.$/],
    [new Problem('Away.', 503, 'unavailable'), /^Try again in a moment\.$/],
    [new Problem('No.', 400, 'bad_request'), /^Nothing was changed\.$/],
    [new Problem('There was no answer.', 0, ''), /twice does no harm/],
  ])('has a next step: %s', (problem, step) => {
    expect(nextStep(problem)).toMatch(step);
    expect(sentencesOf(problem)).toMatch(new RegExp(`^${problem.message.replaceAll('.', '\\.')} `));
  });

  it('of the service’s own fault names its line in the log', () => {
    const id = '0190f6d4-7c1e-7a33-9b1f-0123456789ab';
    expect(sentencesOf(new Problem('Wrong.', 500, 'internal', 0, id))).toContain(id);
    expect(sentencesOf(new Problem('Wrong.', 422, 'invalid_input', 0, id))).not.toContain(id);
  });

  it('that is none is the board’s own failure', () => {
    expect(sentencesOf(new TypeError('x is undefined'))).toMatch(/^The board itself has failed/);
  });

  it.each([
    [0, '', true],
    [502, '', true],
    [503, 'unavailable', false],
    [404, '', false],
  ])('with status %d and code %j comes from nobody of ours: %s', (status, code, isUnreached) => {
    expect(new Problem('', status, code).isUnreached).toBe(isUnreached);
  });
});
