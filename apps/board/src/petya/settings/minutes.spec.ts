import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readMinutes, writeMinutes } from './minutes.js';

describe('minutes that are typed', () => {
  it.each([
    ['90', 5_400],
    ['0', 0],
    ['1.5', 90],
    ['1,5', 90],
    ['1:30', 90],
    ['0:01', 1],
    ['0.02', 1],
    ['1.25', 75],
    ['120:00', 7_200],
  ])('%j are %i seconds', (text, seconds) => {
    expect(readMinutes(text)).toBe(seconds);
  });

  // The last ones may be thousands.
  it.each([
    '',
    '-1',
    '1:5',
    '1:60',
    '1e3',
    'one',
    '1.',
    '.5',
    '1 h',
    '1.000.000',
    '0x10',
    '١',
    '1,200',
    '1.200',
    '5,0000',
  ])('%j are none', (text) => {
    expect(readMinutes(text)).toBeNull();
  });

  it('are what was written of any seconds', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000_000), (seconds) => {
        expect(readMinutes(writeMinutes(seconds))).toBe(seconds);
      }),
    );
  });
});
