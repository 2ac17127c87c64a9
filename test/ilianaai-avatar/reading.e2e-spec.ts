import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { until } from '../support/until.js';
import { expectProblem, expectSafeHeaders } from './vendor-shaped-problem.js';
import { startedVisit, visit } from './visit.js';
import { startWorld, type World } from './world.js';

const ISO_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld({ environment: { VENDOR_POLL_SECONDS: '0.2' } });
  shop = await world.customer();
});
afterAll(() => world.stop());

function read(path: string, headers: Record<string, string>) {
  return world.avatar.call('GET', path, { headers });
}

describe('GET /v1/sessions/:session_id', () => {
  it.each(['', '/api/v1/avatar'])('below "%s" tells what we know of the session', async (base) => {
    const { sessionId, token, say } = await startedVisit(world.avatar, shop, {
      conversation_id: `conv${base.length}`,
    });
    await say('Hello.');
    const answer = await read(`${base}/v1/sessions/${sessionId}`, {
      authorization: `Bearer ${token}`,
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      code: 1000,
      message: expect.any(String),
      data: {
        session_id: sessionId,
        conversation_id: `conv${base.length}`,
        state: 'active',
        created_at: expect.stringMatching(ISO_TIME),
        started_at: expect.stringMatching(ISO_TIME),
        ended_at: null,
        end_reason: null,
        turns: 1,
        delivery: 'none',
      },
    });
    expectSafeHeaders(answer);
  });

  it('tells of an unstarted, an ended and a delivered session', async () => {
    const { view, start, stop, untilState } = await visit(world.avatar, shop);
    expect(await view()).toMatchObject({ state: 'created', started_at: null, turns: 0 });
    await start();
    await stop();
    expect(await untilState('delivered')).toMatchObject({
      ended_at: expect.stringMatching(ISO_TIME),
      end_reason: 'visitor_ended',
      delivery: 'delivered',
    });
  });

  it('is not for the key of the page, which says nothing of whether it is there', async () => {
    const { sessionId } = await startedVisit(world.avatar, shop);
    const { key } = await world.customer();
    for (const path of ['', '/transcript']) {
      const mine = await read(`/v1/sessions/${sessionId}${path}`, { 'x-api-key': shop.key });
      const foreign = await read(`/v1/sessions/${sessionId}${path}`, { 'x-api-key': key });
      const unknown = await read(`/v1/sessions/nobody-has${path}`, { 'x-api-key': key });
      expectProblem(mine, 401, 'session_token_needed', { notEchoed: [sessionId] });
      for (const other of [foreign, unknown]) {
        expect({ ...other.body, instance: '' }).toEqual({ ...mine.body, instance: '' });
      }
    }
  });

  it('takes the secret key, and finds nothing for a stranger’s', async () => {
    const { sessionId } = await startedVisit(world.avatar, shop);
    const server = { 'x-api-key': await shop.secretKey() };
    const stranger = { 'x-api-key': await (await world.customer()).secretKey() };
    for (const path of [`/v1/sessions/${sessionId}`, `/v1/sessions/${sessionId}/transcript`]) {
      expect((await read(path, server)).status).toBe(200);
      const foreign = await read(path, stranger);
      const unknown = await read('/v1/sessions/nobody-has-this', stranger);
      expectProblem(foreign, 404, 'not_found', { notEchoed: [sessionId] });
      expect({ ...foreign.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
    }
  });

  it('is refused for the session of another token', async () => {
    const mine = await startedVisit(world.avatar, shop);
    const other = await startedVisit(world.avatar, shop);
    const headers = { authorization: `Bearer ${mine.token}` };
    for (const path of ['', '/transcript']) {
      const answer = await read(`/v1/sessions/${other.sessionId}${path}`, headers);
      expectProblem(answer, 401, 'token_invalid', { notEchoed: [other.sessionId] });
    }
  });

  it('is refused without a credential; HEAD as well, and without a body', async () => {
    const { sessionId } = await startedVisit(world.avatar, shop);
    expectProblem(await read(`/v1/sessions/${sessionId}`, {}), 401, 'key_missing');
    const head = await world.avatar.call('HEAD', `/v1/sessions/${sessionId}`);
    expect([head.status, head.text]).toEqual([401, '']);
    expectSafeHeaders(head);
  });
});

describe('GET /v1/sessions/:session_id/transcript', () => {
  it.each(['', '/api/v1/avatar'])('below "%s" gives what was said so far', async (base) => {
    const { sessionId, token, say } = await startedVisit(world.avatar, shop);
    await say('When do you open?', { role: 'user', timestamp: Date.now() / 1000 - 2 });
    await say('At nine.');
    const answer = await read(`${base}/v1/sessions/${sessionId}/transcript`, {
      authorization: `Bearer ${token}`,
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      code: 1000,
      message: expect.any(String),
      data: {
        session_id: sessionId,
        session_active: true,
        truncated: false,
        transcript_data: [line('user', 'When do you open?'), line('avatar', 'At nine.')],
      },
    });
    expectSafeHeaders(answer);
  });

  it('grows with what the vendor hears while the session runs', async () => {
    const { sessionId, lines } = await startedVisit(world.avatar, shop);
    const spoken = await world.vendor.say(sessionId, 'user', 'Do you sell bicycles?');
    const expected = spoken.map(({ role, text }) => `${role}: ${text}`);
    expect(expected.length).toBeGreaterThan(1);
    await until('the vendor’s words are here', async () => {
      const seen = await lines();
      return seen.length === expected.length && seen;
    });
    expect(await lines()).toEqual(expected);
  });

  it('shows a turn once that client and vendor both heard', async () => {
    const { sessionId, lines, say } = await startedVisit(world.avatar, shop);
    await say('Good morning!', { message_id: 'm-1' });
    await world.vendor.say(sessionId, 'avatar', 'Good  morning!');
    await world.vendor.say(sessionId, 'avatar', 'Only the vendor heard this.');
    await until('the vendor’s words are here', async () => (await lines()).length >= 2);
    expect(await lines()).toEqual([
      'avatar: Good  morning!',
      'avatar: Only the vendor heard this.',
    ]);
  });

  it('stays readable after the end', async () => {
    const { say, stop, lines, untilState } = await startedVisit(world.avatar, shop);
    await say('Goodbye.');
    await stop();
    await untilState('delivered');
    expect(await lines()).toEqual(['avatar: Goodbye.']);
  });

  function line(role: string, transcript: string) {
    const at = expect.any(Number);
    return { role, transcript, timestamp: at, absolute_timestamp: at };
  }
});

describe('an id in a path', () => {
  it.each([
    '..%2f..%2fv2%2fadmin',
    '%2e%2e%2f',
    '..%5c..',
    'a%00b',
    'a%3Fb',
    'a%23b',
    'a%40b',
    'a.b',
    'a:b',
    'a%20b',
    '%F0%9F%99%82',
    'x'.repeat(129),
    'well-formed-but-unknown',
  ])('like %s is not there, and nobody is asked', async (id) => {
    const { requests: before } = await world.vendor.summary();
    for (const path of [`/v1/sessions/${id}`, `/v1/sessions/${id}/transcript`]) {
      const answer = await read(path, { 'x-api-key': await shop.secretKey() });
      expectProblem(answer, 404, 'not_found', { notEchoed: [id, decodeURIComponent(id)] });
    }
    const { byRoute } = await world.vendor.summary();
    expect(byRoute['unknown'] ?? 0).toBe(0);
    expect(before).toBeGreaterThan(0);
  });

  it('of 10 kB is too long to be looked at', async () => {
    const answer = await read(`/v1/sessions/${'x'.repeat(10_240)}`, { 'x-api-key': shop.key });
    expectProblem(answer, 414, 'uri_too_long');
  });

  it('with a broken escape is a bad request', async () => {
    const answer = await read('/v1/sessions/%E0%A4%A', { 'x-api-key': shop.key });
    expectProblem(answer, 400, 'bad_request', { notEchoed: ['%E0%A4%A'] });
  });
});
