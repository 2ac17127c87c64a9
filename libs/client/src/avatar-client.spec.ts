import { describe, expect, it } from '@jest/globals';
import { AvatarClient } from './avatar-client.js';

const SECRET = 'SE_canary\n0123456789';
const session = { session_id: 's-1', session_token: 'eyJ.a.b' };

/** A client whose calls go nowhere, and what they were. */
function clientAt(baseUrl = 'https://avatar.test') {
  const asked: { url: string; init: RequestInit }[] = [];
  const fetch = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
    asked.push({ url: String(url), init });
    return new Response('{"code":1000,"message":"ok","data":{"session_id":"s-1"}}');
  };
  return { avatar: new AvatarClient({ baseUrl, key: 'SE_key', fetch }), asked };
}

describe('an address', () => {
  it.each([
    ['https://avatar.test', 'https://avatar.test'],
    ['https://avatar.test/', 'https://avatar.test'],
    ['https://avatar.test/v1/', 'https://avatar.test'],
    ['https://avatar.test/api/v1', 'https://avatar.test'],
    ['https://shop.test/api/v1/avatar/', 'https://shop.test/api/v1/avatar'],
    [' http://localhost:3000?x=1#top ', 'http://localhost:3000'],
  ])('is taken as people copy it: %j', (given, base) => {
    expect(new AvatarClient({ baseUrl: given, key: 'SE_key' }).baseUrl).toBe(base);
  });

  it.each([
    '',
    'avatar.test',
    '/v1',
    'ftp://avatar.test',
    'https://me:canary@avatar.test',
    '{{url}}',
  ])('that is none is refused without being repeated: %j', (baseUrl) => {
    const make = () => new AvatarClient({ baseUrl, key: 'SE_key' });
    expect(make).toThrow(
      new TypeError('baseUrl must be an address such as https://avatar.example.com.'),
    );
  });
});

describe('a key or a token that cannot be sent', () => {
  const { avatar, asked } = clientAt();
  const broken = { session_id: 's-1', session_token: SECRET };

  it('is refused with the name of its place', () => {
    const make = () => new AvatarClient({ baseUrl: 'https://avatar.test', key: SECRET });
    expect(make).toThrow('key must be printable ASCII characters without spaces.');
  });

  it.each([
    ['idempotencyKey', () => avatar.token({}, { idempotencyKey: SECRET })],
    ['visitorToken', () => avatar.token({}, { visitorToken: SECRET })],
    ['session_token', () => avatar.start(broken)],
    ['session_token', () => avatar.keepAlive(broken)],
    ['session_token', () => avatar.message(broken, { text: 'Hello' })],
    ['session_token', () => avatar.stop(broken)],
    ['session_token', () => avatar.leave(broken)],
    ['session_token', () => avatar.view(broken)],
    ['session_token', () => avatar.transcript(broken)],
  ])('never gets into an error, nor on its way: %s', async (name, call) => {
    const error: unknown = await call().then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toEqual(
      new TypeError(`${name} must be printable ASCII characters without spaces.`),
    );
    expect(asked).toEqual([]);
  });
});

describe('a call', () => {
  it.each([
    ['token', 'POST', '/v1/sessions/token', 'SE_key', '{"conversation_id":"c"}'],
    ['start', 'POST', '/v1/sessions/start', 'eyJ.a.b', '{}'],
    ['keepAlive', 'POST', '/v1/sessions/keep-alive', 'eyJ.a.b', '{"next_within_s":15}'],
    [
      'message',
      'POST',
      '/v1/streaming.avatar_message',
      'eyJ.a.b',
      '{"text":"Hello","session_id":"s-1"}',
    ],
    ['stop', 'POST', '/v1/sessions/stop', 'eyJ.a.b', '{}'],
    ['leave', 'POST', '/v1/sessions/leave', null, 'eyJ.a.b'],
    ['view', 'GET', '/v1/sessions/s-1', 'eyJ.a.b', undefined],
    ['transcript', 'GET', '/v1/sessions/s-1/transcript', 'eyJ.a.b', undefined],
  ] as const)('%s', async (name, method, path, bearer, body) => {
    const { avatar, asked } = clientAt();
    await {
      token: () => avatar.token({ conversation_id: 'c' }),
      start: () => avatar.start(session),
      keepAlive: () => avatar.keepAlive(session, 15),
      message: () => avatar.message(session, { text: 'Hello' }),
      stop: () => avatar.stop(session),
      leave: () => avatar.leave(session),
      view: () => avatar.view(session),
      transcript: () => avatar.transcript(session),
    }[name]();
    const [{ url, init } = { url: '', init: {} }] = asked;
    const authorization = new Headers(init.headers).get('authorization');
    expect([asked.length, init.method, url, authorization, init.body]).toEqual([
      1,
      method,
      `https://avatar.test${path}`,
      bearer === null ? null : `Bearer ${bearer}`,
      body,
    ]);
  });

  it('stays below the address whatever a session is called', async () => {
    const { avatar, asked } = clientAt('https://shop.test/api/v1/avatar');
    await avatar.view({ ...session, session_id: '../../admin' });
    expect(asked[0]?.url).toBe('https://shop.test/api/v1/avatar/v1/sessions/..%2F..%2Fadmin');
  });

  it('has the session’s idempotency and the visitor’s proof as headers', async () => {
    const { avatar, asked } = clientAt();
    await avatar.token({}, { idempotencyKey: 'try-1', visitorToken: 'eyJ.v.t' });
    const headers = new Headers(asked[0]?.init.headers);
    expect([headers.get('idempotency-key'), headers.get('x-visitor-token')]).toEqual([
      'try-1',
      'eyJ.v.t',
    ]);
  });
});
