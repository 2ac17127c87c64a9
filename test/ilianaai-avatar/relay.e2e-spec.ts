import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mongo } from 'mongoose';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Lifecycle } from '#platform';
import { LiveWords } from '../../apps/ilianaai-avatar/src/turns/live-words.service.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { sendRaw } from '../support/raw-http.js';
import { until } from '../support/until.js';
import { audioFrame, textFrame } from '../vendor-simulator/heygen/pipecat.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { openClient, relayed, socketPath, socketUrl, vendorEnd } from './relay-world.js';
import {
  openStream,
  type StreamAnswer,
  type Stream,
  startStream,
  startStreamingWorld,
  type StreamingWorld,
} from './streaming-world.js';

let world: StreamingWorld;
let shop: Tenant;

beforeAll(async () => {
  world = await startStreamingWorld({ LEAVE_GRACE_SECONDS: '1' });
  shop = await world.customer({ allowedOrigins: ['https://good.test'] });
});
afterAll(() => world.stop());

interface Attempt {
  readonly port?: number;
  readonly path: string;
  readonly headers?: readonly string[];
  readonly version?: string;
  /** Null for none. */
  readonly host?: string | null;
}

/** An opening handshake of which only the answer is wanted. */
function handshake(attempt: Attempt) {
  return sendRaw(attempt.port ?? world.streaming.port, handshakeBytes(attempt));
}

function handshakeBytes({ path, headers = [], version = '13', host = '127.0.0.1' }: Attempt) {
  const key = randomBytes(16).toString('base64');
  const lines = [
    `GET ${path} HTTP/1.1`,
    ...(host === null ? [] : [`Host: ${host}`]),
    'Connection: Upgrade',
    'Upgrade: websocket',
    `Sec-WebSocket-Version: ${version}`,
    `Sec-WebSocket-Key: ${key}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

describe('a handshake', () => {
  let stream: Stream;
  let other: Stream;

  beforeAll(async () => {
    stream = await startStream(world, shop);
    other = await startStream(world, await world.customer());
  });

  it.each([
    [
      'without a token',
      (s: Stream) => `/v1/ws/streaming.chat?session_id=${s.sessionId}`,
      'key_missing',
    ],
    [
      'with garbage for a token',
      (s: Stream) => socketPath({ ...s, token: 'garbage' }),
      'token_invalid',
    ],
    [
      'with a forged token',
      (s: Stream) => socketPath({ ...s, token: `${s.token.slice(0, -4)}AAAA` }),
      'token_invalid',
    ],
    [
      'with the customer’s key',
      (s: Stream) => socketPath({ ...s, token: shop.key }),
      'token_invalid',
    ],
  ])('is refused %s', async (_what, path, code) => {
    expectProblem(await handshake({ path: path(stream) }), 401, code);
  });

  it('is refused for another account’s session, and for one that is not there', async () => {
    const foreign = { sessionId: stream.sessionId, token: other.token };
    expectProblem(await handshake({ path: socketPath(foreign) }), 404, 'not_found');
    const unknown = { ...stream, sessionId: 'nobody' };
    expectProblem(await handshake({ path: socketPath(unknown) }), 404, 'not_found');
    const odd = { ...stream, sessionId: '..%2F..%2Fadmin' };
    expectProblem(await handshake({ path: socketPath(odd) }), 404, 'not_found');
  });

  it('is refused with a token that has opened another session', async () => {
    const headers = { authorization: `Bearer ${other.token}` };
    await world.streaming.call('POST', '/v1/streaming.new', { headers, json: {} });
    expectProblem(await handshake({ path: socketPath(other) }), 401, 'token_invalid');
  });

  it('is refused as the fifth of one session, and taken again when one of them is gone', async () => {
    const busy = await startStream(world, shop);
    const url = socketUrl(world.streaming, socketPath(busy));
    const clients = [];
    for (let count = 0; count < 4; count += 1) clients.push(await openClient(url));
    const fifth = await handshake({ path: socketPath(busy) });
    expectProblem(fifth, 429, 'rate_limited');
    expect(fifth.headers.get('retry-after')).toBe('10');
    clients.push(await openClient(socketUrl(world.streaming, socketPath(stream))));
    clients[0]?.socket.terminate();
    clients.push(await until('a place is free', () => openClient(url).catch(() => null)));
    for (const { socket } of clients) socket.terminate();
  });

  it('is refused for a session that has ended', async () => {
    const gone = await startStream(world, shop);
    await gone.call('stop');
    expectProblem(await handshake({ path: socketPath(gone) }), 410, 'session_ended');
  });

  it.each(['https://evil.test', 'https://good.test.evil.test', 'null'])(
    'is refused from %s',
    async (origin) => {
      const headers = [`Origin: ${origin}`];
      const answer = await handshake({ path: socketPath(stream), headers });
      expectProblem(answer, 403, 'origin_not_allowed');
    },
  );

  it('is refused elsewhere, in version 8, and with a parameter given twice', async () => {
    const elsewhere = socketPath(stream).replace('chat', 'chatter');
    expectProblem(await handshake({ path: elsewhere }), 404, 'not_found');
    const old = await handshake({ path: socketPath(stream), version: '8' });
    expectProblem(old, 400, 'bad_request');
    expect(old.headers.get('sec-websocket-version')).toBe('13');
    const twice = socketPath(stream, `&session_id=${stream.sessionId}`);
    expectProblem(await handshake({ path: twice }), 422, 'invalid_input');
  });

  it('is refused with two Host headers, with two of Origin, and without Host', async () => {
    for (const line of ['Host: other', 'Origin: https://good.test\r\nOrigin: https://good.test']) {
      const doubled = await handshake({ path: socketPath(stream), headers: [line] });
      expectProblem(doubled, 400, 'bad_request');
    }
    const nameless = await handshake({ path: socketPath(stream), host: null });
    expectProblem(nameless, 400, 'bad_request');
  });

  it('is gone while the vendor is off', async () => {
    const { port } = world.avatar;
    for (const path of [socketPath(stream), '/v1/ws/streaming.chat']) {
      expectProblem(await handshake({ port, path }), 410, 'heygen_disabled');
    }
  });

  it.each(['', '/api/v1/avatar'])(
    'below "%s" reaches the vendor with the query as sent',
    async (base) => {
      const started = await startStream(world, shop);
      const more = '&silence_response=true&opening_text=Hi%20there&stt_language=en&arch_version=v2';
      const path = `${base}${socketPath(started, more)}`;
      const url = socketUrl(world.streaming, path);
      const client = await openClient(url, { origin: 'https://good.test' });
      await vendorEnd(started);
      const [query] = started.vendor().socketQueries;
      expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
        session_id: started.sessionId,
        silence_response: 'true',
        opening_text: 'Hi there',
        stt_language: 'en',
        arch_version: 'v2',
      });
      expect(client.socket.extensions).toBe('');
      client.socket.terminate();
    },
  );

  it('of another protocol is no handshake: the request is answered as any other', async () => {
    const lines = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
    const answer = await sendRaw(world.streaming.port, `GET /health/live HTTP/1.1\r\n${lines}`);
    expect(answer.status).toBe(200);
  });

  it('behind a request that is not answered yet ends its connection and nothing else', async () => {
    const { port } = world.streaming;
    const first = 'GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n';
    const path = socketPath(stream);
    const upgrade = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    const both = sendRaw(port, first + upgrade, { untilClosed: true });
    await expect(both).rejects.toThrow('closed without an answer');
    expect((await sendRaw(port, first)).status).toBe(200);
  });

  it.each(['h2c', 'websocket'])(
    'to %s where there is no socket is as if it were not there, also behind a request at work',
    async (protocol) => {
      const first = 'GET /health/ready HTTP/1.1\r\nHost: x\r\n';
      const upgrade = `Connection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
      const both = `${first}\r\n${first}${upgrade}`;
      const { received } = await sendRaw(world.streaming.port, both, { untilClosed: true });
      expect(received.match(/HTTP\/1\.1 200 /g)).toHaveLength(2);
    },
  );
});

describe('frames', () => {
  it('pass both ways untouched and in order, text and binary', async () => {
    const { client, vendor } = await relayed(world, await startStream(world, shop));
    const texts = Array.from({ length: 50 }, (_, index) => `vendor says ${index} ✓`);
    const audio = texts.map(() => randomBytes(1024));
    for (const [index, text] of texts.entries()) {
      vendor.socket.send(text);
      client.socket.send(audio[index] ?? '');
    }
    // Random bytes are now and then a message that the vendor answers; its answers are its own.
    const told = () =>
      client.got.map(({ data }) => data.toString()).filter((t) => texts.includes(t));
    await until('all has come', async () => told().length + vendor.got.length === 100);
    expect(told()).toEqual(texts);
    expect(vendor.got.map(({ data }) => data)).toEqual(audio);
    expect(client.got.every(({ isBinary }) => !isBinary)).toBe(true);
    expect(vendor.got.every(({ isBinary }) => isBinary)).toBe(true);
    client.socket.terminate();
  });

  it('that come before the vendor’s socket is open are held and sent in order', async () => {
    await world.vendor.set({ heygenSocket: 'echo' });
    const stream = await startStream(world, shop);
    const client = await openClient(socketUrl(world.streaming, socketPath(stream)));
    const sent = Array.from({ length: 100 }, (_, index) => `early ${index} ${'x'.repeat(1000)}`);
    for (const each of sent) client.socket.send(each);
    await until('all has come back', async () => client.got.length === 100);
    expect(client.got.map(({ data }) => data.toString())).toEqual(sent);
    await world.vendor.set({ heygenSocket: 'persona' });
    client.socket.terminate();
  });

  it('that are garbage pass as well, and the words around them are kept', async () => {
    const stream = await startStream(world, shop);
    const { client, vendor } = await relayed(world, stream);
    const garbage = [
      '{"type":"avatar_talking_message"',
      '[]',
      'null',
      '{"type":{},"_message":1}',
      '',
    ];
    for (const each of garbage) vendor.socket.send(each);
    vendor.socket.send(randomBytes(300_000), { binary: true });
    client.socket.send(Buffer.from([0x0a, 0xff, 0xff]));
    await world.vendor.say(stream.sessionId, 'avatar', 'x').catch(() => undefined);
    vendor.socket.send(event('avatar_talking_message', 't1', 'Still here.'));
    vendor.socket.send(event('avatar_end_message', 't1'));
    await until('the words are stored', async () => (await stream.lines()).length === 1);
    expect(await stream.lines()).toEqual(['avatar: Still here.']);
    expect(client.got.slice(0, 5).map(({ data }) => data.toString())).toEqual(garbage);
    client.socket.terminate();
  });
});

function event(type: string, task_id: string, message?: string): string {
  return JSON.stringify({ type, task_id, message });
}

describe('words', () => {
  it('are joined to lines: typed ones, the answers, what is repeated and what is heard', async () => {
    const stream = await startStream(world, shop);
    const { client } = await relayed(world, stream);
    client.socket.send(audioFrame());
    client.socket.send(textFrame('What are your opening hours?'));
    await until('the answer is there', async () => (await stream.lines()).length === 2);
    await stream.call('task', { text: 'Anything else?', task_type: 'repeat' });
    await stream.call('task', { text: 'No, thanks.', task_type: 'talk' });
    await until('all is there', async () => (await stream.lines()).length === 5);
    const [asked, answered, ...rest] = await stream.lines();
    expect(asked).toBe('user: What are your opening hours?');
    expect(answered).toMatch(/^avatar: You asked: .* nine to six\.$/);
    expect(rest).toEqual([
      'avatar: Anything else?',
      'user: No, thanks.',
      expect.stringMatching(/^avatar: You asked: "No, thanks\."/),
    ]);
    client.socket.terminate();
  });

  it('that meet a database which is away are stored when it is back, once and in order', async () => {
    const stream = await startStream(world, shop);
    const { client } = await relayed(world, stream);
    const overhear = jest.spyOn(world.streaming.app.get(LiveWords, { strict: false }), 'overhear');
    for (let count = 0; count < 3; count += 1) {
      overhear.mockRejectedValueOnce(new mongo.MongoNetworkError('no primary'));
    }
    client.socket.send(textFrame('What are your opening hours?'));
    await until('the answer is there', async () => (await stream.lines()).length === 2);
    overhear.mockRestore();
    expect((await stream.lines())[0]).toBe('user: What are your opening hours?');
    client.socket.terminate();
  });

  it('arrive in whichever members the vendor tells them, as one turn each', async () => {
    const conversationId = await shop.openConversation();
    const stream = await startStream(world, shop, { conversation_id: conversationId });
    const { client, vendor } = await relayed(world, stream);
    const forms = ['type', 'event_type'].flatMap((kind) =>
      ['message', 'text'].flatMap((words) =>
        [true, false].map((hasId) => ({ kind, words, hasId, said: `${kind} ${words} ${hasId}` })),
      ),
    );
    for (const [index, { kind, words, hasId, said }] of forms.entries()) {
      const id = hasId ? { task_id: `task-${index}` } : {};
      for (const event of [
        { [kind]: 'avatar_start_talking', ...id },
        ...said.split(/(?<= )/).map((word) => ({
          [kind]: 'avatar_talking_message',
          [words]: word,
          ...id,
        })),
        { [kind]: 'avatar_end_message', ...id },
        { [kind]: 'user_end_message', [words]: said, ...id },
      ]) {
        vendor.socket.send(JSON.stringify(event));
      }
    }
    await until('all has passed', async () => client.got.length === forms.length * 6);
    vendor.socket.terminate();
    const said = async () => (await shop.read(conversationId)).transcript;
    // What the database could not take at once comes in a later version.
    await until('it is in Petya', async () => (await said()).length >= forms.length * 2);
    await until('that was all', async () => (await stream.view()).state === 'delivered');
    const transcript = await said();
    expect(transcript.map(({ role, transcript: text }) => `${role}: ${text}`).toSorted()).toEqual(
      forms.flatMap(({ said }) => [`avatar: ${said}`, `user: ${said}`]).toSorted(),
    );
  });

  it('that were interrupted are kept as far as they were said', async () => {
    const conversationId = await shop.openConversation();
    const stream = await startStream(world, shop, { conversation_id: conversationId });
    const { client, vendor } = await relayed(world, stream);
    vendor.socket.send(event('avatar_talking_message', 'one', 'We open at '));
    vendor.socket.send(event('avatar_stop_talking', 'one'));
    vendor.socket.send(event('avatar_talking_message', 'two', 'Sorry, '));
    vendor.socket.send(event('avatar_talking_message', 'two', 'go on.'));
    vendor.socket.send(event('avatar_end_message', 'two'));
    vendor.socket.send(
      JSON.stringify({ event_type: 'user_talking_message', task_id: 'one', message: 'Wait' }),
    );
    vendor.socket.send(event('user_end_message', 'one', 'Wait a moment.'));
    vendor.socket.send(event('avatar_talking_message', 'three', 'Half a '));
    await until('all has passed', async () => client.got.length === 8);
    vendor.socket.terminate();
    expect(await client.ended).toEqual({ code: 1011, reason: '' });
    await until('it is in Petya', async () => (await stream.view()).state === 'delivered');
    expect(await stream.lines()).toEqual(
      ['avatar: We open at', 'avatar: Sorry, go on.', 'user: Wait a moment.', 'avatar: Half a'].map(
        (line) => expect.stringContaining(line),
      ),
    );
    expect((await shop.read(conversationId)).transcript).toHaveLength(4);
  });
});

describe('the vendor’s SDK', () => {
  it('works with the token alone: on every call, and on the socket of the session it opened', async () => {
    const created = await world.streaming.call<{ data: { token: string } }>(
      'POST',
      '/v1/streaming.create_token',
      { headers: { 'x-api-key': shop.key } },
    );
    const { token } = created.body.data;
    const call = async (route: string, json: object) => {
      const headers = { authorization: `Bearer ${token}` };
      const path = `/v1/streaming.${route}`;
      const answer = await world.streaming.call<StreamAnswer>('POST', path, { headers, json });
      expect([answer.status, answer.body.code]).toEqual([200, 100]);
      return answer.body.data ?? {};
    };
    const opened = await call('new', { avatar_name: 'Anna', quality: 'low', version: 'v2' });
    const session_id = String(opened['session_id']);
    await call('start', { session_id });
    const path = socketPath({ sessionId: session_id, token }, '&arch_version=v2');
    const client = await openClient(socketUrl(world.streaming, path));
    await call('task', { session_id, text: 'Hi', task_type: 'talk', task_mode: 'sync' });
    await until('the answer', async () => client.got.length > 3);
    await call('stop', { session_id });
    expect((await client.ended).code).toBe(1000);
  });

  it('is refused with a key of another account beside the token', async () => {
    const stream = await openStream(world, shop);
    const other = await world.customer();
    const headers = { authorization: `Bearer ${stream.token}`, 'x-api-key': other.key };
    const json = { session_id: stream.sessionId };
    const answer = await world.streaming.call('POST', '/v1/streaming.stop', { headers, json });
    expectProblem(answer, 400, 'key_ambiguous');
  });
});

describe('the end of a socket', () => {
  it.each([1000, 1001, 1011, 3000, 4999])(
    'with %d reaches the other end, from either',
    async (code) => {
      const first = await relayed(world, await startStream(world, shop));
      first.client.socket.close(code, 'a reason ✓');
      expect(await first.vendor.ended).toEqual({ code, reason: 'a reason ✓' });
      expect(await first.client.ended).toEqual({ code, reason: 'a reason ✓' });
      const second = await relayed(world, await startStream(world, shop));
      second.vendor.socket.close(code, 'because');
      expect(await second.client.ended).toEqual({ code, reason: 'because' });
      expect(await second.vendor.ended).toEqual({ code, reason: 'because' });
    },
  );

  it('without a code stays without one', async () => {
    const { client, vendor } = await relayed(world, await startStream(world, shop));
    client.socket.close();
    expect(await vendor.ended).toEqual({ code: 1005, reason: '' });
  });

  it('that was never said is 1011 to the other end, from either', async () => {
    const first = await relayed(world, await startStream(world, shop));
    first.client.socket.terminate();
    expect(await first.vendor.ended).toEqual({ code: 1011, reason: '' });
    const second = await relayed(world, await startStream(world, shop));
    second.vendor.socket.terminate();
    expect(await second.client.ended).toEqual({ code: 1011, reason: '' });
  });

  it('comes at once when the client said with its handshake that nothing follows', async () => {
    const stream = await startStream(world, shop);
    const socket = connect({ port: world.streaming.port, allowHalfOpen: true });
    socket.end(handshakeBytes({ path: socketPath(stream) }));
    const isOver = once(socket, 'end', { signal: AbortSignal.timeout(5_000) });
    socket.resume();
    await isOver;
    socket.destroy();
    await until('the vendor’s is gone', async () => stream.vendor().sockets.size === 0);
  });

  it('comes at once when the vendor refuses', async () => {
    const stream = await openStream(world, shop);
    const client = await openClient(socketUrl(world.streaming, socketPath(stream)));
    expect((await client.ended).code).toBe(1011);
  });

  it('starts the grace, after which the session is stopped as left', async () => {
    const stream = await startStream(world, shop);
    const { client } = await relayed(world, stream);
    client.socket.close(1000);
    await until('it is stopped', async () => stream.vendor().endReason === 'stopped');
    await until('it is delivered', async () => (await stream.view()).state === 'delivered');
    expect((await stream.view()).end_reason).toBe('visitor_left');
    expect(stream.vendor().stops).toBe(1);
  });

  it('costs nothing when the visitor comes back in time, also before the old socket is gone', async () => {
    const stream = await startStream(world, shop);
    const { client } = await relayed(world, stream);
    const again = await openClient(socketUrl(world.streaming, socketPath(stream)));
    client.socket.close(1000);
    await client.ended;
    const { leftAt } = (await world.streaming.connection
      .collection('sessions')
      .findOne({ vendorSessionId: stream.sessionId })) as unknown as { leftAt: Date | null };
    expect(leftAt).toBeNull();
    again.socket.close(1000);
    await again.ended;
    const back = await openClient(socketUrl(world.streaming, socketPath(stream)));
    expect((await stream.view()).state).toBe('active');
    back.socket.terminate();
  });

  it('comes with streaming.stop, which ends the session once and at once', async () => {
    const stream = await startStream(world, shop);
    const { client } = await relayed(world, stream);
    await stream.call('stop');
    expect(await client.ended).toEqual({ code: 1000, reason: 'session ended' });
    await until('it is delivered', async () => (await stream.view()).state === 'delivered');
    expect((await stream.view()).end_reason).toBe('visitor_ended');
    expect(stream.vendor().stops).toBe(1);
  });

  it('is 1012 when the replica goes', async () => {
    const app = await world.another({ environment: world.environment });
    const stream = await startStream(world, shop, {}, app);
    const client = await openClient(socketUrl(app, socketPath(stream)));
    const vendor = await vendorEnd(stream);
    app.app.get(Lifecycle).beginDrain();
    expect((await client.ended).code).toBe(1012);
    expect((await vendor.ended).code).toBe(1012);
    const { port } = app;
    expectProblem(await handshake({ port, path: socketPath(stream) }), 503, 'draining');
    await app.stop();
  });
});
