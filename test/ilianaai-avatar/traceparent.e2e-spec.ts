import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { expectStatus } from '../support/expect-status.js';
import { send } from '../support/json-client.js';
import { until } from '../support/until.js';
import { startStreamingWorld, type StreamAnswer, type StreamingWorld } from './streaming-world.js';
import { type Headers, visit, type Visit } from './visit.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const GOOD = `00-${TRACE}-${PARENT}-01`;
const ANOTHER = /^(?!0af7651916cd43dd8448eb211c80319c)[0-9a-f]{32}$/;

let world: StreamingWorld;
let shop: Tenant;
let written = '';

beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
  world = await startStreamingWorld();
  shop = await world.customer({ limits: { maxConcurrentSessions: 100 } });
});
afterAll(async () => {
  await world.stop();
  jest.restoreAllMocks();
});

async function traceOf(
  { sessionId }: Pick<Visit, 'sessionId'>,
  avatar = world.avatar,
): Promise<unknown> {
  const sessions = avatar.connection.collection('sessions');
  const record = await sessions.findOne({ vendorSessionId: sessionId });
  return record?.['traceId'];
}

const opened = (headers: Headers) => visit(world.avatar, shop, {}, headers);

describe('the trace of the request that opens a session', () => {
  it('is kept with the session, goes to Petya with it, where it stands beside the session', async () => {
    const talk = await opened({ traceparent: GOOD });
    expect(await traceOf(talk)).toBe(TRACE);
    expect((await talk.start()).status).toBe(201);
    await talk.say('Do you deliver?', { role: 'user' });
    await talk.stop();
    await talk.untilState('delivered');
    const conversations = world.petya.connection.collection('conversations');
    const conversation = await conversations.findOne({ 'sessions.sessionId': talk.sessionId });
    expect(conversation?.['sessions']).toMatchObject([{ traceId: TRACE }]);
    expect(JSON.stringify(await world.vendor.ledger())).not.toContain(TRACE);
    expect(await talk.view()).not.toHaveProperty('traceId');
  });

  it('is in the log line of that request, and the rest of the header in none', async () => {
    const requestId = '0190f6d4-1111-4222-8333-444455556677';
    await opened({ traceparent: GOOD, 'x-request-id': requestId });
    const line = await until('the line', async () =>
      written.split('\n').find((each) => each.includes(requestId)),
    );
    expect(line).toContain(TRACE);
    expect(written).not.toContain(PARENT);
  });

  it.each([
    ['there is no header', {}],
    ['it is malformed', { traceparent: `${GOOD}-more` }],
    ['it has capitals', { traceparent: GOOD.toUpperCase() }],
    ['it came twice', { traceparent: `${GOOD}, ${GOOD}` }],
    ['it is a secret by mistake', { traceparent: 'SK_never_to_be_seen_0123456789abcdef' }],
  ])('is a new one where %s', async (_what, headers) => {
    expect(await traceOf(await opened(headers))).toMatch(ANOTHER);
    expect(written).not.toContain('never_to_be_seen');
  });

  it('stays that of the first request where the session is given again', async () => {
    const key = { 'idempotency-key': 'the-same-request' };
    const first = await opened({ traceparent: GOOD, ...key });
    const again = await opened({ traceparent: GOOD.replace('0af', 'abc'), ...key });
    expect(again.sessionId).toBe(first.sessionId);
    expect(await traceOf(again)).toBe(TRACE);
  });

  it('is kept where the legacy vendor opens it, and who ended that is its page', async () => {
    const app = world.streaming;
    const post = (route: string, json: object, headers: Headers) =>
      app.call<StreamAnswer>('POST', `/v1/streaming.${route}`, { headers, json });
    const { body } = await post('create_token', {}, { 'x-api-key': shop.key });
    const page = { authorization: `Bearer ${body.data?.['token']}` };
    const answer = await post('new', {}, { ...page, traceparent: GOOD });
    expectStatus(answer, 200);
    const sessionId = String(answer.body.data?.['session_id']);
    expect(await traceOf({ sessionId }, app)).toBe(TRACE);
    expect(JSON.stringify(answer.body)).not.toContain(TRACE);
    expect((await post('stop', { session_id: sessionId }, page)).status).toBe(200);
    const record = await app.connection
      .collection('sessions')
      .findOne({ vendorSessionId: sessionId });
    expect(record?.['stop']).toMatchObject({ reason: 'visitor_ended', by: 'visitor' });
  });

  it('may come from a page', async () => {
    const headers = {
      origin: 'https://shop.test',
      'access-control-request-method': 'POST',
    };
    const all: Headers[] = [{}, { 'access-control-request-headers': 'traceparent,x-api-key' }];
    for (const asked of all) {
      const answer = await send('OPTIONS', `${world.avatar.baseUrl}/v1/sessions/token`, {
        headers: { ...headers, ...asked },
      });
      expect(answer.headers.get('access-control-allow-headers')).toContain('traceparent');
    }
  });
});
