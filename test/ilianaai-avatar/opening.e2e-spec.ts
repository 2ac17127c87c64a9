import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpeningDto } from '#contracts';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { expectProblem, pointers } from '../support/expect-problem.js';
import { until } from '../support/until.js';
import { ADMIN_TOKEN, asOperator, type OperatorName, TOKENS } from './operators.js';
import { type StreamAnswer, openStream } from './streaming-world.js';
import { askToken, type Headers, startedVisit, visit, visitOf } from './visit.js';
import { startWorld, type World } from './world.js';

const REASON = 'The vendor has trouble with our contract 4711.';

let world: World;
let other: RunningAvatar;
let shop: Tenant;
let environment: Record<string, string>;

beforeAll(async () => {
  world = await startWorld({ environment: { ADMIN_TOKEN } });
  environment = {
    HEYGEN_ENABLED: 'true',
    HEYGEN_API_KEY: world.simulator.apiKey,
    HEYGEN_BASE_URL: world.simulator.url,
  };
  other = await world.another({ database: world.database, environment });
  shop = await world.customer({ limits: { maxConcurrentSessions: 100 } });
});
afterEach(async () => {
  await set({ paused: false });
  await untilOpen(other);
});
afterAll(async () => {
  await other.stop();
  await world.stop();
});

function set(json: unknown, who: OperatorName = 'anna', avatar = world.avatar) {
  return asOperator<OpeningDto>(avatar, who, 'PUT', 'opening', json);
}

async function shown(avatar = world.avatar): Promise<OpeningDto> {
  const answer = await asOperator<OpeningDto>(avatar, 'ben', 'GET', 'opening');
  expect(answer.status).toBe(200);
  return answer.body;
}

/** Waits until a replica has read it, without anybody asking it for that. */
function untilRefused(avatar: RunningAvatar) {
  return until('no session is opened', async () => {
    const answer = await askToken(avatar, shop);
    if (answer.status === 503) return answer;
    await visitOf(avatar, answer.body.data).stop();
    return null;
  });
}

function untilOpen(avatar: RunningAvatar) {
  return until('sessions are opened', async () => {
    const answer = await askToken(avatar, shop);
    if (answer.status !== 200) return null;
    await visitOf(avatar, answer.body.data).stop();
    return true;
  });
}

describe('an opening that is paused', () => {
  it('is refused at once by the replica that was asked, and in five seconds by the others', async () => {
    const answer = await set({ paused: true, reason: REASON });
    expect([answer.status, answer.body]).toEqual([
      200,
      { paused: true, reason: REASON, until: null, by: 'anna', setAt: expect.any(String) },
    ]);
    const refused = await askToken(world.avatar, shop);
    expectProblem(refused, 503, 'opening_paused', { mediaType: 'application/json' });
    expect(refused.headers.get('retry-after')).toBe('60');
    const elsewhere = await untilRefused(other);
    expectProblem(elsewhere, 503, 'opening_paused', { mediaType: 'application/json' });
    expect(await shown(other)).toEqual(answer.body);
    // Nobody who is refused learns why, or by whom.
    for (const { text, headers } of [refused, elsewhere]) {
      expect(text + JSON.stringify([...headers])).not.toMatch(/4711|contract|anna|operator/i);
    }
  });

  it('is refused at the legacy vendor, too, where opening is what costs', async () => {
    await set({ paused: true }, 'nobody', other);
    const headers = { 'X-api-key': shop.key };
    const post = (route: string, more: object = {}) =>
      other.call<StreamAnswer>('POST', `/v1/streaming.${route}`, { headers, json: {}, ...more });
    expectProblem(await post('new'), 503, 'opening_paused', { mediaType: 'application/json' });
    // It opens nothing.
    const token = await post('create_token');
    expect(token.status).toBe(200);
    expect(await world.vendor.streams()).toEqual([]);
    expect((await shown()).by).toBeNull();
  });

  it('lets what is open go on, begin, and be given again to whoever has it', async () => {
    const own = await world.customer({ sameVisitor: 'join' });
    const running = await startedVisit(world.avatar, shop);
    const key = { 'idempotency-key': 'one-click' };
    const opened = await visit(world.avatar, own, {}, key);
    const stream = await openStream({ ...world, streaming: other, environment }, shop);
    for (const avatar of [world.avatar, other]) await set({ paused: true }, 'anna', avatar);
    expect((await running.keepAlive()).status).toBe(200);
    expect((await running.say('Are you there?', { role: 'user' })).status).toBe(200);
    const again = await askToken(world.avatar, own, {}, key);
    expect(again.body.data.session_id).toBe(opened.sessionId);
    expect((await opened.start()).status).toBe(201);
    expect((await stream.call('start')).status).toBe(200);
    expect((await stream.call('task', { text: 'Hello', task_type: 'repeat' })).status).toBe(200);
    expectProblem(await askToken(world.avatar, own), 503, 'opening_paused', {
      mediaType: 'application/json',
    });
    for (const talk of [running, opened]) expect((await talk.stop()).status).toBe(200);
    expect((await stream.call('stop')).status).toBe(200);
    expect(await running.untilState('delivered')).toMatchObject({ end_reason: 'visitor_ended' });
  });

  it('ends nothing in the place of which it opens nothing', async () => {
    const own = await world.customer({ sameVisitor: 'replace' });
    const names = { visitor_id: 'visitor-by-name' };
    const running = await startedVisit(world.avatar, own, names);
    await set({ paused: true });
    expectProblem(await askToken(world.avatar, own, names), 503, 'opening_paused', {
      mediaType: 'application/json',
    });
    expect((await running.view()).state).toBe('active');
    await running.stop();
  });

  it('stays so when all replicas start anew', async () => {
    await set({ paused: true, reason: REASON });
    const fresh = await world.another({ database: world.database });
    try {
      expectProblem(await askToken(fresh, shop), 503, 'opening_paused', {
        mediaType: 'application/json',
      });
      expect(await shown(fresh)).toMatchObject({ paused: true, reason: REASON, by: 'anna' });
    } finally {
      await fresh.stop();
    }
  });

  it('ends by itself, on every replica', async () => {
    const until = new Date(Date.now() + 3_600_000 * 5).toISOString();
    const { body } = await set({ paused: true, until });
    expect(body).toMatchObject({ paused: true, until });
    const refused = await untilRefused(other);
    // An hour at most: it may be ended sooner.
    expect(refused.headers.get('retry-after')).toBe('3600');
    for (const avatar of [world.avatar, other]) avatar.advance(3_600 * 5 - 60);
    const late = await askToken(world.avatar, shop);
    expect(Number(late.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    for (const avatar of [world.avatar, other]) {
      avatar.advance(61);
      const opened = await visit(avatar, shop);
      await opened.stop();
    }
    expect(await shown()).toMatchObject({ paused: false, until, by: 'anna' });
  });

  it('is what was said last, whoever has said it', async () => {
    await set({ paused: true, reason: 'first' }, 'anna');
    await set({ paused: true, reason: 'second' }, 'ben', other);
    expect(await shown()).toMatchObject({ reason: 'second', by: 'ben' });
    await set({ paused: false }, 'nobody');
    const open = { paused: false, reason: null, until: null, by: null };
    expect(await shown()).toMatchObject(open);
    const race = await Promise.all([
      set({ paused: true, reason: 'anna’s' }, 'anna'),
      set({ paused: true, reason: 'ben’s' }, 'ben', other),
    ]);
    expect(race.map(({ status }) => status)).toEqual([200, 200]);
    const last = await shown();
    expect([last.by, last.reason]).toEqual(
      last.by === 'anna' ? ['anna', 'anna’s'] : ['ben', 'ben’s'],
    );
    for (const avatar of [world.avatar, other]) await untilRefused(avatar);
  });

  it('is said by two who are the first at once', async () => {
    const fresh = await startWorld({ environment: { ADMIN_TOKEN } });
    try {
      const never = { paused: false, reason: null, until: null, by: null, setAt: null };
      expect(await shown(fresh.avatar)).toEqual(never);
      const asked = Array.from({ length: 8 }, (_, index) =>
        set({ paused: index % 2 === 0 }, index % 2 === 0 ? 'anna' : 'ben', fresh.avatar),
      );
      for (const { status } of await Promise.all(asked)) expect(status).toBe(200);
      const { paused, by } = await shown(fresh.avatar);
      expect(by).toBe(paused ? 'anna' : 'ben');
    } finally {
      await fresh.stop();
    }
  });

  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
  it.each<[string, () => unknown, string[]]>([
    ['nothing', () => ({}), ['/paused']],
    ['null', () => ({ paused: null }), ['/paused']],
    ['a word', () => ({ paused: 'true' }), ['/paused']],
    ['a number', () => ({ paused: 1 }), ['/paused']],
    ['a list', () => [true], ['']],
    ['too long a reason', () => ({ paused: true, reason: 'x'.repeat(201) }), ['/reason']],
    ['a reason that is an object', () => ({ paused: true, reason: { $ne: 1 } }), ['/reason']],
    ['no reason', () => ({ paused: true, reason: null }), ['/reason']],
    ['an end in the past', () => ({ paused: true, until: '2020-01-01T00:00:00Z' }), ['/until']],
    ['an end in years', () => ({ paused: true, until: '2100-01-01T00:00:00Z' }), ['/until']],
    ['a day', () => ({ paused: true, until: '2100-01-01' }), ['/until']],
    ['an end of no zone', () => ({ paused: true, until: inAnHour().slice(0, -1) }), ['/until']],
    ['an end in words', () => ({ paused: true, until: 'tomorrow' }), ['/until']],
    ['an end in milliseconds', () => ({ paused: true, until: Date.now() + 9e5 }), ['/until']],
    ['no end', () => ({ paused: true, until: null }), ['/until']],
    ['an end of no pause', () => ({ paused: false, until: inAnHour() }), ['/until']],
    ['whose word it is', () => ({ paused: true, by: 'ben' }), ['']],
  ])('is not what is said with %s', async (_what, json, where) => {
    const refused = await set(json());
    expectProblem(refused, 422, 'invalid_input');
    expect(pointers(refused)).toEqual(where);
    expect((await shown()).paused).toBe(false);
  });

  it('keeps a reason as it was written', async () => {
    const reason = '<img src=x onerror=alert(1)> \u202e ${jndi} 🛠';
    await set({ paused: true, reason });
    expect((await shown(other)).reason).toBe(reason);
  });

  it('is for nobody but an operator', async () => {
    for (const [token, code] of [
      [undefined, 'key_missing'],
      [shop.key, 'token_invalid'],
      [await shop.secretKey(), 'token_invalid'],
      [`${TOKENS.anna}x`, 'token_invalid'],
    ] as const) {
      const headers: Headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const path = '/api/v1/admin/opening';
      expectProblem(await world.avatar.call('GET', path, { headers }), 401, code);
      const json = { paused: true };
      expectProblem(await world.avatar.call('PUT', path, { headers, json }), 401, code);
    }
    expect((await shown()).paused).toBe(false);
  });
});
