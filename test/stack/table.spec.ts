import { describe, expect, it } from '@jest/globals';
import { table } from './table.js';

describe('table', () => {
  it('aligns the columns below their headings, without spaces at the ends of lines', () => {
    const shown = table([
      ['What', 'Where'],
      ['Customer page', 'http://localhost:8080'],
      ['Key', ''],
    ]);
    expect(shown.split('\n')).toEqual([
      '  What           Where',
      '  ─────────────  ─────────────────────',
      '  Customer page  http://localhost:8080',
      '  Key',
    ]);
  });
});
