import { describe, expect, it } from '@jest/globals';
import { compareTurns, type Turn } from './compare-turns.js';

const hello: Turn = { role: 'user', text: 'Hello' };
const echo: Turn = { role: 'avatar', text: 'Hello' };
const bye: Turn = { role: 'user', text: 'Bye' };

describe('compareTurns', () => {
  it('has nothing to say when every turn is there once and in order', () => {
    expect(compareTurns([hello, echo, bye], [hello, echo, bye])).toEqual([]);
    expect(compareTurns([hello, bye, hello], [hello, bye, hello])).toEqual([]);
  });

  it('names a turn that is missing, and does not take the other speaker for it', () => {
    expect(compareTurns([hello, echo], [hello])).toEqual(['missing: avatar “Hello”']);
    expect(compareTurns([hello], [echo])).toEqual([
      'missing: user “Hello”',
      'nobody said: avatar “Hello”',
    ]);
  });

  it('names a turn that is there more often than it was said', () => {
    expect(compareTurns([hello, bye], [hello, bye, bye])).toEqual(['2 times: user “Bye”']);
  });

  it('names a turn that was said twice and stored once', () => {
    expect(compareTurns([bye, hello, bye], [bye, hello])).toEqual(['1 times: user “Bye”']);
  });

  it('names words that nobody said', () => {
    expect(compareTurns([hello], [hello, bye])).toEqual(['nobody said: user “Bye”']);
  });

  it('names the first turn that stands in another place', () => {
    expect(compareTurns([hello, echo, bye], [hello, bye, echo])).toEqual([
      'out of order from turn 2: avatar “Hello”',
    ]);
  });
});
