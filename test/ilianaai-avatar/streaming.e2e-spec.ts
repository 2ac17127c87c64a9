import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { until } from '../support/until.js';
import { expectProblem, pointers } from './vendor-shaped-problem.js';
import { CONTEXT_ID, VOICE_ID } from './world.js';
import {
  openStream,
  startStream,
  startStreamingWorld,
  type StreamAnswer,
  type StreamingWorld,
} from './streaming-world.js';
import { askToken, startedVisit } from './visit.js';

const ROUTES = [
  'create_token',
  'new',
  'start',
  'task',
  'stop',
  'interrupt',
  'keep_alive',
  'start_listening',
  'stop_listening',
];
const AVATAR = 'Katya_Chair_Sitting_public';

let world: StreamingWorld;
let shop: Tenant;

beforeAll(async () => {
  world = await startStreamingWorld();
  shop = await world.customer({
    avatar: {
      avatarId: AVATAR,
      voiceId: VOICE_ID,
      knowledgeBaseId: CONTEXT_ID,
      intro: 'Hi there.',
    },
  });
});
afterEach(async () => {
  await world.vendor.clearFaults();
  await world.vendor.set({ heygenSunset: false, heygenConcurrencyLimit: 100 });
});
afterAll(() => world.stop());

const post = (route: string, json?: object, headers: Record<string, string> = {}) =>
  world.streaming.call<StreamAnswer>('POST', `/v1/streaming.${route}`, {
    headers: { 'x-api-key': shop.key, ...headers },
    json,
  });

const ended = (stream: { view(): Promise<{ state: string; end_reason: string | null }> }) =>
  until('the session is delivered or failed', async () => {
    const seen = await stream.view();
    return ['delivered', 'failed'].includes(seen.state) && seen;
  });

describe('the legacy vendor while it is off', () => {
  it.each(ROUTES)('is gone: streaming.%s', async (route) => {
    const answer = await world.avatar.call('POST', `/v1/streaming.${route}`, { json: {} });
    expectProblem(answer, 410, 'heygen_disabled');
  });
});

describe('LiveAvatar while its key is not set', () => {
  it('is gone, says which variable it wants, and leaves what it has running to be ended', async () => {
    const talk = await startedVisit(world.avatar, await world.customer());
    const alone = await world.another({
      database: world.database,
      environment: { ...world.environment, LIVEAVATAR_API_KEY: '' },
    });
    const asked = await askToken(alone, shop);
    expectProblem(asked, 410, 'liveavatar_disabled');
    expect(asked.text).toContain('LIVEAVATAR_API_KEY');
    const headers = { authorization: `Bearer ${talk.token}` };
    const start = await alone.call('POST', '/v1/sessions/start', { headers });
    expectProblem(start, 410, 'liveavatar_disabled');
    const opened = await alone.call('POST', '/v1/streaming.new', {
      headers: { 'x-api-key': shop.key },
    });
    expect(opened.status).toBe(200);
    const { body } = await alone.call('GET', '/health/ready');
    expect(Object.keys((body as { checks: object }).checks)).toEqual(
      expect.not.arrayContaining(['liveavatar']),
    );
    // The other replica still has the key.
    expect((await alone.call('POST', '/v1/sessions/stop', { headers })).status).toBe(200);
    expect((await talk.untilState('delivered')).end_reason).toBe('visitor_ended');
    await alone.stop();
  });
});

describe('streaming.create_token', () => {
  it('answers a token of ours in the one envelope that differs', async () => {
    const before = world.simulator.world.ledger.counts().byRoute['streaming.create_token'] ?? 0;
    const answer = await post('create_token');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ error: null, data: { token: expect.stringMatching(/^eyJ/) } });
    const after = world.simulator.world.ledger.counts().byRoute['streaming.create_token'] ?? 0;
    expect(after).toBe(before);
  });

  it('wants the key itself, not a token', async () => {
    const { body } = await post('create_token');
    const authorization = `Bearer ${body.data?.['token']}`;
    const answer = await world.streaming.call('POST', '/v1/streaming.create_token', {
      headers: { authorization },
    });
    expectProblem(answer, 401, 'key_invalid');
  });
});

describe('streaming.new', () => {
  it.each(['', '/api/v1/avatar'])(
    'below "%s" opens a session of the account’s avatar',
    async (base) => {
      const answer = await world.streaming.call<StreamAnswer>('POST', `${base}/v1/streaming.new`, {
        headers: { 'X-API-KEY': shop.key },
        json: { quality: 'high', version: 'v2', conversation_id: null },
      });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        code: 100,
        message: 'success',
        data: {
          session_id: expect.any(String),
          url: 'wss://avatar-media.localhost',
          access_token: expect.stringMatching(/^eyJ/),
          session_duration_limit: 600,
          is_paid: true,
          realtime_endpoint: expect.any(String),
          intro: 'Hi there.',
        },
      });
      const session = world.simulator.world.heygen.find(String(answer.body.data?.['session_id']));
      expect(session?.received).toEqual({
        quality: 'high',
        version: 'v2',
        avatar_id: AVATAR,
        knowledge_base_id: CONTEXT_ID,
        voice: { voice_id: VOICE_ID },
        language: 'en',
      });
    },
  );

  it('takes what the SDK sends beside and passes none of it on', async () => {
    const stream = await openStream(world, shop, {
      avatar_name: 'sneaky',
      avatar_id: 'sneaky',
      knowledge_base: 'sneaky',
      knowledge_base_id: 'sneaky',
      knowledge_id: 'sneaky',
      voice_id: 'sneaky',
      voice_name: 'sneaky',
      voice: { voice_id: 'sneaky' },
      language: 'xx',
      source: 'sdk',
      video_encoding: 'H264',
      activity_idle_timeout: 3600,
    });
    expect(JSON.stringify(stream.vendor().received)).not.toMatch(/sneaky|xx|3600/);
  });

  it.each([
    [{ avatar_ids: 'sneaky' }, ''],
    [{ is_sandbox: true }, ''],
    [{ quality: 'best' }, '/quality'],
    [{ conversation_id: 7 }, '/conversation_id'],
  ])('refuses %p', async (json, pointer) => {
    const answer = await post('new', json);
    expectProblem(answer, 422, 'invalid_input');
    expect(pointers(answer)).toEqual([pointer]);
  });

  it('opens one session for one token, however often it is asked', async () => {
    const { body } = await post('create_token');
    const call = () =>
      world.streaming.call<StreamAnswer>('POST', '/v1/streaming.new', {
        headers: { authorization: `Bearer ${body.data?.['token']}` },
        json: { avatar_name: 'x', version: 'v2' },
      });
    const first = await call();
    expect(first.status).toBe(200);
    expect((await call()).body.data).toEqual(first.body.data);
  });

  it('counts in the account’s slots and gives them back', async () => {
    const single = await world.customer({ limits: { maxConcurrentSessions: 1 } });
    const stream = await startStream(world, single);
    const headers = { 'x-api-key': single.key };
    const full = await world.streaming.call('POST', '/v1/streaming.new', { headers, json: {} });
    expectProblem(full, 429, 'account_full');
    await stream.call('stop');
    await openStream(world, single);
  });

  it('says so when the vendor has no slot left, an unknown avatar, or has retired', async () => {
    await world.vendor.set({ heygenConcurrencyLimit: 0 });
    expectProblem(await post('new', {}), 503, 'vendor_full', { notEchoed: ['Concurrent'] });
    await world.vendor.set({ heygenConcurrencyLimit: 100, heygenUnknownAvatars: [AVATAR] });
    expectProblem(await post('new', {}), 502, 'avatar_rejected');
    await world.vendor.set({ heygenUnknownAvatars: [], heygenSunset: true });
    expectProblem(await post('new', {}), 410, 'heygen_sunset');
  });
});

describe('a session whose opening takes the vendor long', () => {
  it('is nobody’s leftover meanwhile, also where the key is ours alone', async () => {
    const alone = { RECONCILE_UNKNOWN_SESSIONS: 'true', VENDOR_POLL_SECONDS: '0.1' };
    const app = await world.another({ environment: { ...world.environment, ...alone } });
    const swept = async () => (await world.vendor.summary()).byRoute['streaming.list'] ?? 0;
    const before = await swept();
    await world.vendor.fault({ route: 'streaming.new', kind: 'delay', delayMs: 1000 });
    const stream = await openStream(world, shop, {}, app);
    const sweeps = (await swept()) - before;
    const { endReason, stops } = stream.vendor();
    await app.stop();
    expect(sweeps).toBeGreaterThan(1);
    expect({ endReason, stops }).toEqual({ endReason: null, stops: 0 });
  });
});

describe('a session that was opened and never started', () => {
  it('is stopped at the vendor when it is stopped here, and reported to nobody', async () => {
    const stream = await openStream(world, shop, { conversation_id: 'unstarted-1' });
    expect((await stream.call('stop')).body).toMatchObject({ data: { status: 'success' } });
    expect(stream.vendor()).toMatchObject({ endReason: 'stopped', stops: 1 });
    expect(await ended(stream)).toMatchObject({ state: 'failed', end_reason: 'visitor_ended' });
  });

  it('is stopped at the vendor when nobody starts it', async () => {
    const environment = { ...world.environment, NO_SHOW_SECONDS: '1' };
    const app = await world.another({ environment });
    const stream = await openStream(world, shop, {}, app);
    expect(await ended(stream)).toMatchObject({ state: 'failed', end_reason: 'no_show' });
    expect(stream.vendor()).toMatchObject({ endReason: 'stopped' });
    await app.stop();
  });

  it('is stopped soon where whoever opened it hangs up meanwhile', async () => {
    const known = new Set(world.simulator.world.heygen.all());
    const opened = () => world.simulator.world.heygen.all().find((each) => !known.has(each));
    await world.vendor.fault({ route: 'streaming.new', kind: 'delay', delayMs: 300 });
    const hangUp = new AbortController();
    const answer = fetch(`${world.streaming.baseUrl}/v1/streaming.new`, {
      method: 'POST',
      headers: { 'x-api-key': shop.key, 'content-type': 'application/json' },
      body: '{}',
      signal: hangUp.signal,
    });
    const given = expect(answer).rejects.toThrow('aborted');
    await until('the vendor has opened it', async () => opened());
    hangUp.abort();
    await given;
    await until('the vendor has stopped it', async () => opened()?.endReason === 'stopped', 20_000);
  });

  it('is stopped at the vendor when its start is refused', async () => {
    const stream = await openStream(world, shop);
    await world.vendor.fault({ route: 'streaming.start', kind: 'status', status: 400, times: 1 });
    expectProblem(await stream.call('start'), 400, 'vendor_refused');
    expect(await ended(stream)).toMatchObject({ state: 'failed', end_reason: 'vendor_fault' });
    expect(stream.vendor()).toMatchObject({ endReason: 'stopped' });
  });
});

describe('a running session', () => {
  it('starts once, and answers every start', async () => {
    const stream = await openStream(world, shop);
    const answers = await Promise.all([stream.call('start'), stream.call('start')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[0]?.body).toEqual({
      code: 100,
      message: 'success',
      data: { status: 'success' },
    });
    expect(stream.vendor().starts).toBe(1);
  });

  it('takes tasks: what is talked about is the visitor’s turn, what is repeated the avatar’s', async () => {
    const stream = await startStream(world, shop);
    const talk = await stream.call('task', { text: 'Hello?', task_type: 'talk' });
    expect(talk.body).toEqual({
      code: 100,
      message: 'success',
      data: { task_id: expect.any(String), duration_ms: expect.any(Number) },
    });
    await stream.call('task', { text: 'Welcome.', task_type: 'repeat', task_mode: 'sync' });
    await stream.call('task', { text: 'Bye.', task_type: 'chat' });
    expect(await stream.lines()).toEqual(['user: Hello?', 'avatar: Welcome.', 'user: Bye.']);
    expect(stream.vendor().tasks.map(({ type }) => type)).toEqual(['talk', 'repeat', 'talk']);
  });

  it('says in whose words the vendor refused a task before the start', async () => {
    const stream = await openStream(world, shop);
    const answer = await stream.call('task', { text: 'Hello?', task_type: 'talk' });
    expectProblem(answer, 400, 'vendor_refused');
    expect(answer.body.vendor_code).toBe(400006);
    expect(await stream.lines()).toEqual([]);
  });

  it.each(['interrupt', 'keep_alive', 'start_listening', 'stop_listening'])(
    'passes %s on',
    async (route) => {
      const stream = await startStream(world, shop);
      const answer = await stream.call(route);
      expect([answer.status, answer.body.code]).toEqual([200, 100]);
      const count = world.simulator.world.ledger.list({
        since: 0,
        limit: Infinity,
        route: `streaming.${route}`,
        sessionId: stream.sessionId,
      });
      expect(count).toHaveLength(1);
    },
  );

  it('is stopped once, however often it is asked, and reaches Petya whole', async () => {
    const conversationId = await shop.openConversation();
    const stream = await startStream(world, shop, { conversation_id: conversationId });
    await stream.call('task', { text: 'Are you open?', task_type: 'talk' });
    const stops = await Promise.all(Array.from({ length: 5 }, () => stream.call('stop')));
    expect(stops.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await ended(stream)).toMatchObject({ state: 'delivered', end_reason: 'visitor_ended' });
    expect(stream.vendor()).toMatchObject({ endReason: 'stopped', stops: 1 });
    const stored = await shop.read(conversationId);
    expect(stored).toMatchObject({ status: 'completed' });
    expect(JSON.stringify(stored)).toContain('Are you open?');
    expectProblem(
      await stream.call('task', { text: 'x', task_type: 'talk' }),
      410,
      'session_ended',
    );
    expectProblem(await stream.call('keep_alive'), 410, 'session_ended');
  });

  it('that the vendor has ended is ended here, although the list still shows it', async () => {
    await world.vendor.set({ heygenListLagSeconds: 60 });
    const stream = await startStream(world, shop);
    world.simulator.world.heygen.end(stream.vendor(), 'ended');
    expectProblem(await stream.call('keep_alive'), 410, 'session_ended');
    expect(await ended(stream)).toMatchObject({ end_reason: 'vendor_ended' });
    await world.vendor.set({ heygenListLagSeconds: 0 });
  });

  it('that the vendor has ended is found out although nobody calls', async () => {
    const stream = await startStream(world, shop);
    world.simulator.world.heygen.end(stream.vendor(), 'idle');
    expect(await ended(stream)).toMatchObject({ state: 'delivered', end_reason: 'vendor_ended' });
  });

  it('whose start’s answer was lost is undone', async () => {
    const stream = await openStream(world, shop);
    await world.vendor.fault({ route: 'streaming.start', kind: 'effect-then-reset' });
    expectProblem(await stream.call('start'), 503, 'start_unresolved');
    expect(await ended(stream)).toMatchObject({ end_reason: 'vendor_fault' });
    expect(stream.vendor()).toMatchObject({ endReason: 'stopped' });
  });

  it('is not there for another account', async () => {
    const stream = await startStream(world, shop);
    const other = await world.customer();
    const answer = await world.streaming.call('POST', '/v1/streaming.task', {
      headers: { 'x-api-key': other.key },
      json: { session_id: stream.sessionId, text: 'x', task_type: 'talk' },
    });
    expectProblem(answer, 404, 'not_found');
  });

  it.each([
    [{ text: 'x' }, '/task_type'],
    [{ text: 'x', task_type: 'sing' }, '/task_type'],
    [{ text: '', task_type: 'talk' }, '/text'],
    [{ text: 'é'.repeat(16_385), task_type: 'talk' }, '/text'],
    [{ text: { $ne: null }, task_type: 'talk' }, '/text'],
    [{ text: 'x', task_type: 'talk', task_mode: 'later' }, '/task_mode'],
    [{ text: 'x', task_type: 'talk', more: 1 }, ''],
  ])('refuses the task %p', async (json, pointer) => {
    const answer = await post('task', { session_id: 'any-session', ...json });
    expectProblem(answer, 422, 'invalid_input');
    expect(pointers(answer)).toEqual([pointer]);
  });
});

describe('an Idempotency-Key', () => {
  it('gives no session of the one vendor to a request for the other', async () => {
    const key = { 'idempotency-key': 'one-for-both' };
    expect((await post('new', {}, key)).status).toBe(200);
    const other = await askToken(world.streaming, shop, {}, key);
    expectProblem(other, 422, 'idempotency_mismatch');
  });
});
