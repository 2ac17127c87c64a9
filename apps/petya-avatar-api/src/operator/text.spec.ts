import { describe, expect, it } from '@jest/globals';
import { lineText, printable } from './text.js';

const petya = 'http://127.0.0.1:5000';

describe('what people read', () => {
  it('moves no cursor and no direction', () => {
    expect(printable('Café\u001b[2J\n\u202e"x"')).toBe('Café\\u001b[2J\\u000a\\u202e"x"');
  });

  it('says of a line what became of it', () => {
    const found = { line: 2, outcome: 'found', name: 'A', accountId: 'a1' } as const;
    expect(lineText(found, petya)).toBe('line 2: found a1 A');
    expect(lineText({ ...found, differs: ['language', 'key'] }, petya)).toBe(
      'line 2: found a1 A (other than in the file: language, key)',
    );
    const errors = [{ pointer: '/language', message: 'must be a language tag' }];
    const problem = { type: 'urn:problem:invalid_input', message: 'No.', status: 422, errors };
    expect(lineText({ line: 3, outcome: 'refused', name: 'B', problem }, petya)).toBe(
      'line 3: refused B: language must be a language tag.',
    );
  });
});
