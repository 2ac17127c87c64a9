import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Api, apiPath } from './api.js';
import { Clock } from './clock.js';
import { Problem } from './problem.js';

afterEach(() => void jest.restoreAllMocks());

/** Answers of the service, one after the other, and what it was asked. */
function someService(...answers: (Response | Error)[]) {
  return jest.spyOn(globalThis, 'fetch').mockImplementation(() => {
    const answer = answers.shift() ?? new Response('{}');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
}

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

describe('a call', () => {
  it('carries the token in its header alone, to its own origin alone, and leaves nothing behind', async () => {
    const service = someService();
    const api = new Api(new Clock());
    api.use('a-token-of-the-operator');
    await api.get('life', { id: 'a b', cursor: undefined });
    const [url, options] = service.mock.calls[0] ?? [];
    expect(url).toBe('/api/v1/admin/life?id=a+b');
    expect(options).toMatchObject({
      method: 'GET',
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      headers: { Authorization: 'Bearer a-token-of-the-operator' },
    });
  });

  it('carries none once it is forgotten, and none that is no token', async () => {
    const service = someService();
    const api = new Api(new Clock());
    api.use('a-token-of-the-operator');
    api.forget();
    await api.get('overview');
    expect([api.use('two words'), api.use('т0кен')]).toEqual([false, false]);
    await api.send('POST', 'stops', { all: true, expected: 1 });
    for (const [, options] of service.mock.calls) {
      expect(options?.headers).not.toHaveProperty('Authorization');
    }
  });

  it.each<[string, string, boolean]>([
    ['the token', 'a-token-of-the-operator', true],
    ['another text', 'a-token-of-the-operator1', false],
    ['nothing', '', false],
  ])('knows %s from what may stand in an address', (_what, text, isToken) => {
    const api = new Api(new Clock());
    api.use('a-token-of-the-operator');
    expect(api.isToken(text)).toBe(isToken);
    api.forget();
    expect(api.isToken(text)).toBe(false);
  });

  it.each<[string, Response | Error, Partial<Problem>]>([
    ['nobody answers', new TypeError('x'), { status: 0, code: '', isUnreached: true }],
    [
      'a proxy answers',
      new Response('<html>', { status: 502 }),
      { status: 502, isUnreached: true },
    ],
    [
      'it is refused',
      Response.json(
        {
          message: 'Live now: 3.',
          type: 'urn:problem:count_differs',
          errors: [{ pointer: '/expected', message: 'is another' }, null, { pointer: 1 }],
        },
        { status: 409, headers: { 'Retry-After': '7', 'X-Request-Id': 'r-1' } },
      ),
      {
        message: 'Live now: 3.',
        code: 'count_differs',
        retryAfterSeconds: 7,
        requestId: 'r-1',
        members: [{ pointer: '/expected', message: 'is another' }],
        isUnreached: false,
      },
    ],
  ])('fails with what is known where %s', async (_what, answer, known) => {
    someService(answer);
    const problem = await new Api(new Clock()).get('overview').catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject(known);
  });
});
