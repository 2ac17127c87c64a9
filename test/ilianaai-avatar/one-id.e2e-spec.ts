import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { send } from '../support/json-client.js';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { until } from '../support/until.js';
import { untilLinked } from './delivered.js';
import { socketPath, socketUrl } from './relay-world.js';
import { openStream, startStreamingWorld, type StreamingWorld } from './streaming-world.js';
import { askToken, startedVisit, visit, type Visit } from './visit.js';

let world: StreamingWorld;
let shop: Tenant;
let written = '';

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    });
  }
  world = await startStreamingWorld({
    VENDOR_POLL_SECONDS: '0.3',
    ERASURE_POLL_SECONDS: '0.1',
    ADMIN_TOKEN: PETYA_ADMIN_TOKEN,
  });
  shop = await world.customer();
});
afterAll(async () => {
  await world.stop();
  jest.restoreAllMocks();
});
afterEach(async () => {
  world.double.heal();
  await world.vendor.clearFaults();
});

function newTrace() {
  const id = randomBytes(16).toString('hex');
  return { id, traceparent: `00-${id}-b7ad6b7169203331-01` };
}

const linesWith = (...pieces: string[]): string[] =>
  written.split('\n').filter((line) => pieces.every((piece) => line.includes(piece)));

/** Waits until a line says all of this. */
const untilSaid = (...pieces: string[]): Promise<string> =>
  until(`a line with ${pieces.join(', ')}`, async () => linesWith(...pieces)[0]);

/** A session in a conversation of its own, opened under a new trace. */
async function tracedVisit(app = world.streaming) {
  const trace = newTrace();
  const conversationId = await shop.openConversation();
  const json = { conversation_id: conversationId };
  const { traceparent } = trace;
  const talk = await startedVisit(app, shop, json, { traceparent });
  return { talk, traceId: trace.id, conversationId };
}

const recordIdOf = async ({ sessionId }: Pick<Visit, 'sessionId'>): Promise<string> => {
  const records = world.streaming.connection.collection('sessions');
  return String((await records.findOne({ vendorSessionId: sessionId }))?._id);
};

/** Lines that name a session in any way and not its trace. */
async function linesWithout(traceId: string, talk: Pick<Visit, 'sessionId'>, ...more: string[]) {
  const ids = [talk.sessionId, await recordIdOf(talk), ...more];
  const about = written.split('\n').filter((line) => ids.some((id) => line.includes(id)));
  expect(about.length).toBeGreaterThan(0);
  return about.filter((line) => !line.includes(traceId));
}

describe('every line about a session', () => {
  it('has its trace, whatever goes wrong in its life', async () => {
    const { talk, traceId, conversationId } = await tracedVisit();
    await untilLinked({ ...world, avatar: world.streaming }, talk);
    await talk.say('Do you deliver?', { role: 'user' });
    await world.vendor.fault({ route: 'stop', kind: 'reset', times: 8 });
    world.double.fault('status', { kind: 'answer', status: 503 }, 2);
    await talk.stop();
    await talk.untilState('delivered');
    for (const event of [
      'stopFailed',
      'ended=visitor_ended',
      'delivery=final',
      'delivery=delivered',
    ]) {
      await untilSaid(event, traceId, talk.sessionId, await recordIdOf(talk), conversationId);
    }
    expect(await linesWithout(traceId, talk, conversationId)).toEqual([]);
  });

  it('has it where the vendor runs what has ended for us', async () => {
    const { talk, traceId } = await tracedVisit();
    await world.vendor.fault({ route: 'stop', kind: 'status', status: 404 });
    await talk.stop();
    await world.vendor.fault({ route: 'stop', kind: 'reset', times: 8 });
    for (const event of ['stoppingLeftover', 'leftoverNotStopped']) {
      await untilSaid(event, traceId, talk.sessionId);
    }
    expect(await linesWithout(traceId, talk)).toEqual([]);
  });

  it('has it where the session is erased, and the vendor does not forget it at once', async () => {
    const visitor = await shop.proveVisitor();
    const { id, traceparent } = newTrace();
    const json = { visitor_id: visitor.visitorId };
    const talk = await startedVisit(world.streaming, shop, json, {
      ...visitor.proof,
      traceparent,
    });
    const recordId = await recordIdOf(talk);
    await world.vendor.fault({ route: 'events', kind: 'status', status: 500, times: 2 });
    const path = `/accounts/${shop.accountId}/visitors/${visitor.visitorId}`;
    expect((await world.petya.admin('DELETE', path)).status).toBe(200);
    for (const event of ['vendorForgetsNot', 'erased=liveavatar']) {
      await untilSaid(event, recordId, id);
    }
    expect(await linesWithout(id, talk)).toEqual([]);
  });

  it('names no conversation by what a customer calls it', async () => {
    const { traceparent } = newTrace();
    const json = { conversation_id: 'order-of-ada-lovelace' };
    const talk = await startedVisit(world.streaming, shop, json, { traceparent });
    await talk.stop();
    await talk.untilState('delivered');
    await untilSaid('delivery=delivered', talk.sessionId);
    expect(linesWith('order-of-ada')).toEqual([]);
  });
});

describe('the line of a request, and its answer', () => {
  const requestId = () => {
    const hex = randomBytes(6).toString('hex');
    return `0190f6d4-1111-4222-8333-${hex}`;
  };

  /** Makes a call with an id of its own and tells the trace in its answer and in its line. */
  async function tracesOf(
    call: (headers: Record<string, string>) => Promise<{ headers: Headers }>,
  ) {
    const id = requestId();
    const answer = await call({ 'x-request-id': id });
    const line = await untilSaid(id);
    return [answer.headers.get('x-trace-id'), /traceId=([0-9a-f]{32})/.exec(line)?.[1] ?? null];
  }

  it('have the session’s trace, where the vendor’s SDK or a beacon sends none', async () => {
    const trace = newTrace();
    const app = world.streaming;
    const talk = await visit(app, shop, {}, { traceparent: trace.traceparent });
    const headers = { authorization: `Bearer ${talk.token}` };
    const post = (route: string, json?: object) => (more: Record<string, string>) =>
      app.call('POST', `/v1/${route}`, { headers: { ...headers, ...more }, json });
    const calls: Parameters<typeof tracesOf>[0][] = [
      post('sessions/start'),
      post('sessions/keep-alive', { next_within_s: 15 }),
      post('streaming.avatar_message', { session_id: talk.sessionId, text: 'Hello.' }),
      (more) =>
        app.call('GET', `/v1/sessions/${talk.sessionId}`, { headers: { ...headers, ...more } }),
      (more) =>
        app.call('POST', '/v1/sessions/leave', {
          headers: { 'content-type': 'text/plain', ...more },
          raw: talk.token,
        }),
      post('sessions/stop'),
      // A refusal, too.
      post('sessions/keep-alive'),
    ];
    for (const call of calls) expect(await tracesOf(call)).toEqual([trace.id, trace.id]);
  });

  it('have the caller’s where it is about no session yet, at both apps, and none where it has none', async () => {
    for (const path of [
      `${world.streaming.baseUrl}/v1/sessions/token`,
      `${world.petya.baseUrl}/api/v1/visitors/init`,
    ]) {
      const { id, traceparent } = newTrace();
      const refused = (headers: object) => (more: Record<string, string>) =>
        send('POST', path, { headers: { ...headers, ...more }, json: {} });
      expect(await tracesOf(refused({ traceparent }))).toEqual([id, id]);
      expect(await tracesOf(refused({}))).toEqual([null, null]);
      const hostile = { traceparent: `${traceparent}-SK_never_to_be_seen` };
      expect(await tracesOf(refused(hostile))).toEqual([null, null]);
    }
    expect(written).not.toContain('never_to_be_seen');
  });

  it('have a new one where a session is opened or refused without', async () => {
    const full = await world.customer({ limits: { maxConcurrentSessions: 1 } });
    const ask = (more: Record<string, string>) => askToken(world.streaming, full, {}, more);
    const seen: (string | null | undefined)[] = [];
    for (const status of [200, 429]) {
      const [answered, logged] = await tracesOf(async (more) => {
        const answer = await ask(more);
        expect(answer.status).toBe(status);
        return answer;
      });
      expect([answered, logged]).toEqual([logged, answered]);
      expect(answered).toMatch(/^[0-9a-f]{32}$/);
      seen.push(answered);
    }
    expect(new Set(seen).size).toBe(2);
  });

  it('have that of the first request where the same session is asked for again', async () => {
    const key = { 'idempotency-key': 'once-and-again' };
    const [first, second] = [newTrace(), newTrace()];
    const ask = (traceparent: string) => (more: Record<string, string>) =>
      askToken(world.streaming, shop, {}, { ...key, ...more, traceparent });
    expect(await tracesOf(ask(first.traceparent))).toEqual([first.id, first.id]);
    expect(await tracesOf(ask(second.traceparent))).toEqual([first.id, first.id]);
  });

  it.each([
    ['POST', (id: string) => `sessions/${id}/stop`, '/sessions/:id/stop'],
    ['GET', (id: string) => `life?id=${id}`, '/admin/life'],
  ])('have it where an operator asks, whose own line has it: %s', async (method, ask, route) => {
    const { talk, traceId } = await tracedVisit();
    const path = `/api/v1/admin/${ask(await recordIdOf(talk))}`;
    const headers = { authorization: `Bearer ${PETYA_ADMIN_TOKEN}` };
    const asked = await tracesOf((more) =>
      world.streaming.call(method, path, { headers: { ...headers, ...more } }),
    );
    expect(asked).toEqual([traceId, traceId]);
    await untilSaid('[Audit]', route, traceId);
  });

  it('have the delivery’s at Petya', async () => {
    const { talk, traceId } = await tracedVisit();
    await talk.stop();
    await talk.untilState('delivered');
    const route = '/api/v1/avatar/conversations/:conversationId/status';
    await until('both deliveries', async () => linesWith(route, traceId).length === 2);
    const headers = world.double.callsTo('status').at(-1)?.headers;
    expect(headers?.['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  });

  it('have it at the socket of the legacy vendor, also where that is refused', async () => {
    const stream = await openStream(world, shop);
    const records = world.streaming.connection.collection('sessions');
    const record = await records.findOne({ vendorSessionId: stream.sessionId });
    const traceId = String(record?.['traceId']);
    const answerTo = async (event: string): Promise<unknown> => {
      const socket = new WebSocket(socketUrl(world.streaming, socketPath(stream)));
      socket.on('error', () => undefined);
      const answer = (await once(socket, event)).at(-1) as IncomingMessage;
      socket.terminate();
      return answer.headers['x-trace-id'];
    };
    expect(await answerTo('upgrade')).toBe(traceId);
    await untilSaid('/v1/ws/streaming.chat', 'status=101', traceId);
    await stream.call('stop');
    expect(await answerTo('unexpected-response')).toBe(traceId);
    await untilSaid('/v1/ws/streaming.chat', 'problem=session_ended', traceId);
  });
});
