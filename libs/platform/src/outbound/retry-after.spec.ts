import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRetryAfter } from './retry-after.js';

const nowMs = Date.parse('1994-11-06T08:49:00Z');

describe('parseRetryAfter', () => {
  it.each([
    ['seconds', '120', 120],
    ['zero', '0', 0],
    ['surrounding spaces', '  7 ', 7],
    ['a fraction', '1.5', 1.5],
    ['a negative number', '-5', 0],
    ['negative zero', '-0', 0],
    ['ten years', '315360000', 315_360_000],
    ['a number beyond every clock', '9'.repeat(400), Number.MAX_SAFE_INTEGER],
    ['an IMF date', 'Sun, 06 Nov 1994 08:49:37 GMT', 37],
    ['an RFC 850 date', 'Sunday, 06-Nov-94 08:49:37 GMT', 37],
    ['an asctime date', 'Sun Nov  6 08:49:37 1994', 37],
    ['a date that has passed', 'Sat, 05 Nov 1994 08:49:37 GMT', 0],
    ['a date in ten years', 'Sat, 06 Nov 2004 08:49:00 GMT', 3653 * 86_400],
  ])('reads %s', (_title, header, seconds) => {
    expect(parseRetryAfter(header, nowMs)).toBe(seconds);
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['spaces', '   '],
    ['a word', 'soon'],
    ['a unit', '5s'],
    ['two values', '5, 10'],
    ['hexadecimal', '0x10'],
    ['an exponent', '1e3'],
    ['NaN', 'NaN'],
    ['infinity', 'Infinity'],
    ['an ISO date', '1994-11-06T08:49:37Z'],
    ['a date without zone', 'Sun, 06 Nov 1994 08:49:37'],
    ['a date of another zone', 'Sun, 06 Nov 1994 08:49:37 PST'],
    ['a month that is none', 'Sun, 06 Foo 1994 08:49:37 GMT'],
    ['an hour that is none', 'Sun, 06 Nov 1994 25:49:37 GMT'],
    ['markup', '<b>5</b>'],
  ])('takes %s for nothing', (_title, header) => {
    expect(parseRetryAfter(header, nowMs)).toBeUndefined();
  });

  it('never answers anything but a number from 0 or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (header) => {
        const seconds = parseRetryAfter(header, nowMs);
        if (seconds !== undefined) expect(seconds).toBeGreaterThanOrEqual(0);
        if (seconds !== undefined) expect(Number.isFinite(seconds)).toBe(true);
      }),
    );
  });
});
