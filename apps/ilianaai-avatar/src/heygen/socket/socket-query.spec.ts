import { describe, expect, it } from '@jest/globals';
import { AvatarError } from '../../errors.js';
import { readSocketQuery } from './socket-query.js';

function refusal(query: string): string {
  try {
    readSocketQuery(query);
    return 'none';
  } catch (error) {
    return error instanceof AvatarError ? error.code : 'other';
  }
}

describe('readSocketQuery', () => {
  it('leaves everything as it was sent but the token', () => {
    const query = readSocketQuery(
      'a=%20b+c&session_id=s-1&session_token=ours&stt_language=de&flag&x=%zz',
    );
    expect([query.sessionId, query.token]).toEqual(['s-1', 'ours']);
    expect(query.withToken('their/s&')).toBe(
      'a=%20b+c&session_id=s-1&session_token=their%2Fs%26&stt_language=de&flag&x=%zz',
    );
  });

  it('finds a token whose name is escaped, so that it never goes on', () => {
    const query = readSocketQuery('session%5Ftoken=ours&session_id=s');
    expect(query.withToken('theirs')).toBe('session_token=theirs&session_id=s');
  });

  it.each([
    ['', 'key_missing'],
    ['session_id=s', 'key_missing'],
    ['session_id=s&session_token=', 'key_missing'],
    ['session_token=t', 'invalid_input'],
    ['session_id=s&session_id=s&session_token=t', 'invalid_input'],
    ['session_id=s&session_token=t&session%5ftoken=t', 'invalid_input'],
  ])('refuses "%s"', (query, code) => {
    expect(refusal(query)).toBe(code);
  });
});
