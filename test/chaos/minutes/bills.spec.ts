import { describe, expect, it } from '@jest/globals';
import { type Bill, differences, readTable } from './bills.js';

const HEAD = 'session_id,started_at,day,seconds,credits';
const ROWS = [
  'a,2026-11-29T10:00:00.000Z,2026-11-29,12,2',
  'b,2026-11-29T10:01:00.000Z,2026-11-29,3,1',
];
const TOTAL = 'total,,2 sessions,15,3';

function table(...rows: string[]): string {
  return `${[HEAD, ...rows].join('\r\n')}\r\n`;
}

describe('a table of what was used', () => {
  it.each([
    ['whole', [...ROWS, TOTAL], []],
    ['empty', ['total,,0 sessions,0,0'], []],
    ['cut off', ROWS, ['the table is cut off']],
    ['with a session twice', [...ROWS, ROWS[1] ?? '', TOTAL], ['b stands twice']],
    [
      'with another total',
      [...ROWS, 'total,,2 sessions,16,3'],
      ['the total is 16 s, and its rows have 15 s'],
    ],
    ['with another count', [...ROWS, 'total,,3 sessions,15,3'], ['3 sessions are 2']],
  ])('is %s', (_what, rows, faults) => {
    expect(readTable(table(...rows)).faults).toEqual(faults);
  });
});

describe('two bills', () => {
  const vendor: Bill = new Map([
    ['a', { seconds: 12, credits: 2 }],
    ['b', { seconds: 3, credits: 1 }],
  ]);

  it.each<[string, Bill, string[]]>([
    ['are alike', vendor, []],
    ['lack one', new Map([...vendor].slice(1)), ['Petya lacks a, of 12 s, 2 credits']],
    [
      'have one too many',
      new Map([...vendor, ['c', { seconds: 1, credits: 0 }]]),
      ['Petya has c, which the vendor has not billed'],
    ],
    [
      'are a second off',
      new Map([...vendor, ['b', { seconds: 4, credits: 1 }]]),
      ['b is 4 s, 1 credits at Petya, and 3 s, 1 credits at the vendor'],
    ],
  ])('%s', (_what, told, found) => {
    expect(differences(vendor, 'Petya', told)).toEqual(found);
  });
});
