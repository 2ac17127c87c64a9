import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readHash, writeHash } from './hash.js';

describe('the part of an address behind its #', () => {
  it.each([
    ['', { path: '', about: [] }],
    ['#', { path: '', about: [] }],
    ['#/', { path: '', about: [] }],
    ['#/now', { path: 'now', about: [] }],
    ['#now', { path: 'now', about: [] }],
    ['#/live/acc_1', { path: 'live', about: ['acc_1'] }],
    ['#/live/', { path: 'live', about: [] }],
    ['#/find/a%2Fb%20c', { path: 'find', about: ['a/b c'] }],
    ['#/find/50%', { path: 'find', about: ['50%'] }],
    [
      '#/usage/acc/2026-11-01/2026-11-30',
      { path: 'usage', about: ['acc', '2026-11-01', '2026-11-30'] },
    ],
  ])('%j is read', (hash, place) => {
    expect(readHash(hash)).toEqual(place);
  });

  it('leads to no other place than it was written for, whatever an id is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
        const whole = new TextDecoder().decode(new TextEncoder().encode(id));
        expect(readHash(writeHash('find', id))).toEqual({ path: 'find', about: [whole] });
      }),
    );
  });

  it('can be written of half a character', () => {
    expect(writeHash('find', 'a\ud83d')).toBe('#/find/a%EF%BF%BD');
  });
});
