import { describe, expect, it } from '@jest/globals';
import type { Problem } from './failure.js';
import { asMember, sentenceOf } from './sentence.js';

const petya = 'http://127.0.0.1:5000';

function input(...errors: [pointer: string, message: string][]): Problem {
  return {
    type: 'urn:problem:invalid_input',
    status: 422,
    message: 'The input was refused.',
    errors: errors.map(([pointer, message]) => ({ pointer, message })),
  };
}

function problem(name: string, status: number): Problem {
  return { type: `urn:problem:${name}`, status, message: 'What Petya says.' };
}

describe('the sentence of a refusal', () => {
  it.each([
    [input(['/name', 'must be text']), '--name must be text.'],
    [
      input(['/limits/maxSessionSeconds', 'must be a number'], ['/avatar/voiceId', 'must be text']),
      '--limits.maxSessionSeconds must be a number; --avatar.voiceId must be text.',
    ],
    [
      input(['/allowedOrigins/1', 'must be an origin']),
      '--allowedOrigins, value 2, must be an origin.',
    ],
    [input(['/a~1b/c~0d', 'is odd']), '--a/b.c~d is odd.'],
    [input(['', 'must be a JSON object']), 'The account must be a JSON object.'],
    [input(), 'The input was refused.'],
    [problem('busy', 503), 'What Petya says.'],
    [problem('rate_limited', 429), 'What Petya says.'],
  ])('for %j is %j', (refusal, sentence) => {
    expect(sentenceOf(refusal, { petya })).toBe(sentence);
  });

  it('names members as a file has them', () => {
    const refusal = input(['/avatar/voiceId', 'must be text']);
    expect(sentenceOf(refusal, { petya }, asMember)).toBe('avatar.voiceId must be text.');
    expect(sentenceOf(problem('key_taken', 409), { petya }, asMember)).toMatch(/leave key away/);
  });

  it.each([
    [{ petya }, /^There are no admin routes at http:\/\/127\.0\.0\.1:5000: .*ADMIN_PORT.*--petya/],
    [{ petya, accountId: 'a1' }, /^There is no account a1: `list` /],
    [{ petya, accountId: 'a1', keyId: 'k1' }, /^There is no account a1 with a key k1: `show a1` /],
  ])('says what is not there for %j', (asked, sentence) => {
    expect(sentenceOf(problem('not_found', 404), asked)).toMatch(sentence);
  });

  it('says which variable a refused token is in', () => {
    expect(sentenceOf(problem('token_invalid', 401), { petya })).toMatch(/set ADMIN_TOKEN/);
  });
});
