import { describe, expect, it } from '@jest/globals';
import { apiPath } from './api.js';

describe('a path of the admin routes', () => {
  it.each([
    [['sessions', 'abc-1', 'stop'], 'sessions/abc-1/stop'],
    [['sessions', 'a/b?c#d', 'stop'], 'sessions/a%2Fb%3Fc%23d/stop'],
    [['sessions', 'a\ud83d'], 'sessions/a%EF%BF%BD'],
    [['reconciliations', '..'], 'reconciliations/%EF%BF%BD'],
    [['reconciliations', '.'], 'reconciliations/%EF%BF%BD'],
    [['sessions', '', 'stop'], 'sessions/%EF%BF%BD/stop'],
    [['reconciliations', '...'], 'reconciliations/...'],
  ])('of %j is %s, and leads to no other', (parts, path) => {
    expect(apiPath(...parts)).toBe(path);
    const { pathname } = new URL(`https://a.example/api/v1/admin/${apiPath(...parts)}`);
    expect(pathname).toBe(`/api/v1/admin/${path}`);
  });
});
