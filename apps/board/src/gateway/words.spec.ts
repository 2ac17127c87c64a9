import { describe, expect, it } from '@jest/globals';
import { STATES, stopperOf, STOPPERS, wordFor } from './words.js';

describe('the word for one of a closed list', () => {
  it.each([
    ['active', 'running'],
    // A newer service has more of them.
    ['resting', 'resting'],
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
    ['toString', 'toString'],
    ['\u202egnihtemos', '‹202E›gnihtemos'],
    ['x'.repeat(100), `${'x'.repeat(40)}… (100 characters)`],
  ])('%j is %j', (of, word) => {
    expect(wordFor(STATES, of)).toBe(word);
  });

  it.each([
    ['operator', 'anna', 'anna'],
    ['operator', null, STOPPERS.operator],
    [null, null, null],
  ] as const)('by %j, whose name is %j, is by %j', (by, name, who) => {
    expect(stopperOf(by, name)).toBe(who);
  });
});
