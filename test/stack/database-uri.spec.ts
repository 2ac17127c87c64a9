import { describe, expect, it } from '@jest/globals';
import { databaseUri } from './database-uri.js';

describe('databaseUri', () => {
  it('adds the name to an address that has none', () => {
    expect(databaseUri('mongodb://127.0.0.1:27017/', 'petya')).toBe(
      'mongodb://127.0.0.1:27017/petya',
    );
    expect(databaseUri('mongodb://127.0.0.1:27017', 'petya')).toBe(
      'mongodb://127.0.0.1:27017/petya',
    );
  });

  it('replaces a name and keeps credentials, hosts and options', () => {
    expect(
      databaseUri('mongodb+srv://user:p%40ss@a.test,b.test/old?w=majority&tls=true', 'avatar'),
    ).toBe('mongodb+srv://user:p%40ss@a.test,b.test/avatar?w=majority&tls=true');
  });
});
