import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { type CollectedSpan, TraceCollector } from '../support/trace-collector.js';
import { until } from '../support/until.js';
import { untilLinked } from './delivered.js';
import { askToken, startedVisit, visit, visitOf } from './visit.js';
import { startWorld, type World } from './world.js';

const COLLECTOR_KEY = 'key-of-the-collector-0123';
const GATEWAY = 'ilianaai-avatar';
const PETYA = 'petya-avatar-api';
const DELIVERY = 'POST /api/v1/avatar/conversations/:conversationId/status';

const collector = new TraceCollector();
let tracing: Record<string, string>;
let world: World;
let shop: Tenant;

beforeAll(async () => {
  tracing = {
    OTEL_EXPORTER_OTLP_ENDPOINT: await collector.start(),
    OTEL_EXPORTER_OTLP_HEADERS: `api-key=${COLLECTOR_KEY}`,
  };
  world = await startWorld({ environment: tracing, petyaEnvironment: tracing });
  shop = await world.customer();
});
afterAll(async () => {
  await world.stop();
  await collector.stop();
});
afterEach(() => {
  collector.fault = null;
});

function newTrace() {
  const id = randomBytes(16).toString('hex');
  const parentId = randomBytes(8).toString('hex');
  return { id, parentId, traceparent: `00-${id}-${parentId}-00` };
}

/** Waits until the collector has a span of a trace. */
const untilTold = (traceId: string, name: string, service = GATEWAY): Promise<CollectedSpan> =>
  until(`${name} is told`, async () =>
    collector.of(traceId).find((span) => span.name === name && span.service === service),
  );

/** Names from a span up to the one that nothing of the trace is above. */
function way(span: CollectedSpan, spans: readonly CollectedSpan[]): string[] {
  const above = spans.find(({ id }) => id === span.parentId);
  return [span.name, ...(above ? way(above, spans) : [])];
}

/** A whole life under a new trace, delivered. */
async function tracedLife() {
  const trace = newTrace();
  const conversationId = await shop.openConversation();
  const json = { conversation_id: conversationId };
  const { traceparent } = trace;
  const { body } = await askToken(world.avatar, shop, json, { traceparent });
  // From here on as the vendor's SDK calls, which knows of no trace.
  const talk = visitOf(world.avatar, body.data);
  expect((await talk.start()).status).toBe(201);
  await untilLinked(world, talk);
  await talk.say('my card number is 4111-1111', { role: 'user' });
  await talk.stop();
  await talk.untilState('delivered');
  await untilTold(trace.id, 'upkeep deliver');
  return { trace, talk, conversationId };
}

describe('the spans of a session’s life', () => {
  it('are one tree: the page’s calls, the vendor’s, the upkeep, and what Petya does', async () => {
    const { trace, talk } = await tracedLife();
    await until('both deliveries are told', async () => {
      const told = collector.of(trace.id).filter(({ name }) => name === DELIVERY);
      return told.length === 2;
    });
    const spans = collector.of(trace.id);
    const ways = new Set(spans.map((span) => way(span, spans).join(' < ')));
    const opening = 'open session < POST /v1/sessions/token';
    for (const expected of [
      'POST /v1/sessions/token',
      opening,
      `liveavatar token < ${opening}`,
      `updateOne sessions < ${opening}`,
      `POST /v1/sessions/start < ${opening}`,
      `start session < POST /v1/sessions/start < ${opening}`,
      `liveavatar start < start session < POST /v1/sessions/start < ${opening}`,
      `POST /v1/streaming.avatar_message < ${opening}`,
      `insertMany turns < POST /v1/streaming.avatar_message < ${opening}`,
      `POST /v1/sessions/stop < ${opening}`,
      `upkeep read-record < ${opening}`,
      `upkeep deliver < ${opening}`,
      `petya status < upkeep deliver < ${opening}`,
      `${DELIVERY} < petya status < upkeep deliver < ${opening}`,
    ]) {
      expect([expected, [...ways].includes(expected)]).toEqual([expected, true]);
    }
    const page = spans.find(({ name }) => name === 'POST /v1/sessions/token');
    expect(page).toMatchObject({ parentId: trace.parentId, kind: 2, isFault: false });
    const asked = spans.filter(({ name }) => name.startsWith('POST /v1/sessions/st'));
    for (const { attributes } of asked) {
      expect(attributes).toMatchObject({ 'avatar.session_id': talk.sessionId });
    }
    const delivery = spans.find(({ name }) => name === DELIVERY);
    expect(delivery).toMatchObject({
      service: PETYA,
      attributes: { 'avatar.session_id': talk.sessionId, 'http.response.status_code': 200 },
    });
    expect(
      spans.some(({ name, service }) => service === PETYA && name.endsWith('conversations')),
    ).toBe(true);
    const longest = Math.max(...spans.map(({ startMs, endMs }) => endMs - startMs));
    expect(longest).toBeLessThan(30_000);
  });

  it('say nothing of whose it is, what was said, or how anybody proves anything', async () => {
    const { talk, conversationId } = await tracedLife();
    const secrets = {
      'customer key': shop.key,
      'session token': talk.token,
      'vendor key': world.simulator.apiKey,
      'collector key': COLLECTOR_KEY,
      account: shop.accountId,
      conversation: conversationId,
      words: '4111-1111',
      origin: 'shop.test',
    };
    const found = Object.entries(secrets).filter(([, secret]) => collector.text.includes(secret));
    expect(found.map(([name]) => name)).toEqual([]);
    const names = new Set(collector.spans.flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...names].toSorted()).toEqual([
      'avatar.operation',
      'avatar.session_id',
      'avatar.step',
      'avatar.vendor',
      'db.collection.name',
      'db.operation.name',
      'db.system.name',
      'http.request.method',
      'http.response.status_code',
      'http.route',
      'peer.service',
    ]);
    expect(collector.asked.every((headers) => headers['api-key'] === COLLECTOR_KEY)).toBe(true);
  });

  it('are told of what goes wrong', async () => {
    const trace = newTrace();
    const talk = await visit(world.avatar, shop, {}, { traceparent: trace.traceparent });
    await world.vendor.fault({ route: 'start', kind: 'reset' });
    expect((await talk.start()).status).toBe(502);
    expect(await untilTold(trace.id, 'POST /v1/sessions/start')).toMatchObject({ isFault: true });
    expect(await untilTold(trace.id, 'start session')).toMatchObject({
      isFault: true,
      attributes: { 'avatar.outcome': 'vendor_unreachable' },
    });
    expect(await untilTold(trace.id, 'liveavatar start')).toMatchObject({
      isFault: true,
      attributes: { 'avatar.outcome': 'unreachable' },
    });
  });

  it('leave the vendor out', async () => {
    const { trace } = await tracedLife();
    expect(JSON.stringify(await world.vendor.ledger())).not.toContain(trace.id);
  });
});

describe('what a caller sends as its trace', () => {
  it.each([
    ['malformed', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more'],
    ['of capitals', '00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01'],
    [
      'twice',
      `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01, 00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
    ],
    ['a key by mistake', 'SK_never_to_be_seen_0123456789abcdef'],
  ])('is another one where it is %s', async (_what, traceparent) => {
    const answer = await askToken(world.avatar, shop, {}, { traceparent });
    const traceId = String(answer.headers.get('x-trace-id'));
    expect(await untilTold(traceId, 'POST /v1/sessions/token')).toMatchObject({ parentId: null });
    expect(collector.text).not.toMatch(/0af7651916cd43dd8448eb211c80319c|1{32}|never_to_be_seen/i);
  });

  it('decides nothing of what is kept', async () => {
    const { id, parentId } = newTrace();
    const none = await world.another({ environment: { ...tracing, OTEL_TRACES_SAMPLER_ARG: '0' } });
    await startedVisit(none, shop, {}, { traceparent: `00-${id}-${parentId}-01` });
    // What it had to tell is told by then.
    await none.stop();
    expect(collector.of(id).filter(({ service }) => service === GATEWAY)).toEqual([]);
  });
});

describe('a collector that is', () => {
  it.each(['hang', 'reset', 500] as const)('broken costs nobody an answer: %s', async (fault) => {
    collector.fault = fault;
    for (let each = 0; each < 20; each += 1) {
      const talk = await startedVisit(world.avatar, shop);
      expect((await talk.stop()).status).toBe(200);
    }
  });

  it('slow holds no app up that goes', async () => {
    const other = await world.another();
    collector.fault = 'hang';
    await startedVisit(other, shop);
    await other.stop();
  });
});
