import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StoppedManyDto } from '#contracts';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { expectProblem, pointers } from '../support/expect-problem.js';
import { until } from '../support/until.js';
import { deliveriesOf } from './delivered.js';
import { ADMIN_TOKEN, asOperator, order, type OperatorName, TOKENS } from './operators.js';
import { openStream, startStream } from './streaming-world.js';
import { type Headers, startedVisit, visit, type Visit } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let other: RunningAvatar;

beforeAll(async () => {
  const simulator = { HEYGEN_ENABLED: 'true', HEYGEN_API_KEY: '', HEYGEN_BASE_URL: '' };
  world = await startWorld({ environment: { ADMIN_TOKEN } });
  other = await world.another({
    database: world.database,
    environment: {
      ...simulator,
      HEYGEN_API_KEY: world.simulator.apiKey,
      HEYGEN_BASE_URL: world.simulator.url,
    },
  });
});
// Nothing of an earlier test is live.
beforeEach(() => until('nothing is live', async () => (await liveNow()) === 0));
afterAll(async () => {
  await other.stop();
  await world.stop();
});

const LIVE = ['creating', 'created', 'starting', 'active', 'stopping'];

function liveNow(accountId?: string): Promise<number> {
  const of = accountId === undefined ? {} : { accountId };
  const sessions = world.avatar.connection.collection('sessions');
  return sessions.countDocuments({ ...of, state: { $in: LIVE } });
}

function stopMany(json: unknown, who: OperatorName = 'anna', avatar = world.avatar) {
  return asOperator<StoppedManyDto>(avatar, who, 'POST', 'stops', json);
}

/** How often the vendor was asked to end each of some, and how it ended. */
async function atVendor(talks: readonly Visit[]): Promise<[string | null, number][]> {
  const ended = talks.map(async ({ sessionId }): Promise<[string | null, number]> => {
    const { state, stops } = await world.vendor.session(sessionId);
    return [state, stops];
  });
  return Promise.all(ended);
}

function visits(count: number, shop: Tenant, avatar = world.avatar): Promise<Visit[]> {
  return Promise.all(Array.from({ length: count }, () => startedVisit(avatar, shop)));
}

describe('a session that an operator ends', () => {
  it.each<[OperatorName, string | null]>([
    ['anna', 'anna'],
    ['ben', 'ben'],
    ['nobody', null],
  ])('says by whom: %s', async (who, stoppedByName) => {
    const shop = await world.customer();
    const talk = await startedVisit(world.avatar, shop);
    const answer = await order(world.avatar, who, talk, 'stop');
    expect([answer.status, answer.body]).toEqual([
      200,
      expect.objectContaining({ stoppedBy: 'operator', stoppedByName }),
    ]);
    // The first counts.
    await order(world.avatar, 'ben', talk, 'stop');
    await talk.untilState('delivered');
    const shown = await order(world.avatar, 'nobody', talk, 'stop');
    expect(shown.body).toMatchObject({ stoppedByName, endReason: 'operator' });
  });

  it('names nobody to the visitor, to the customer, to Petya and to the vendor', async () => {
    const shop = await world.customer();
    const talk = await startedVisit(world.avatar, shop);
    await order(world.avatar, 'anna', talk, 'stop');
    const view = await talk.untilState('delivered');
    const told = JSON.stringify([view, deliveriesOf(world, talk), await world.vendor.ledger()]);
    expect(told).toContain('operator');
    expect(told).not.toMatch(/anna/);
  });
});

describe('ending many', () => {
  it('ends those of one account and no others, and each names the operator', async () => {
    const [shop, neighbour] = [await world.customer(), await world.customer()];
    const own = await visits(4, shop);
    const unstarted = await visit(world.avatar, shop);
    const theirs = await startedVisit(world.avatar, neighbour);
    const { accountId } = shop;
    const answer = await stopMany({ accountId, expected: 5 });
    expect([answer.status, answer.body]).toEqual([200, { stopped: 5, failed: 0 }]);
    for (const talk of own) await talk.untilState('delivered');
    expect(await atVendor(own)).toEqual(own.map(() => ['ended', 1]));
    expect(await unstarted.untilState('failed')).toMatchObject({ end_reason: 'operator' });
    for (const talk of [...own, unstarted]) {
      const { body } = await order(world.avatar, 'ben', talk, 'stop');
      expect(body).toMatchObject({ stoppedByName: 'anna', endReason: 'operator' });
    }
    expect((await theirs.view()).state).toBe('active');
    // Once more: there is nothing left.
    const again = await stopMany({ accountId, expected: 0 });
    expect(again.body).toEqual({ stopped: 0, failed: 0 });
    await theirs.stop();
  });

  it('ends those of everybody, at both vendors, whoever has started them', async () => {
    const shops = await Promise.all([world.customer(), world.customer()]);
    const talks = (await Promise.all(shops.map((shop) => visits(2, shop)))).flat();
    const streaming = { ...world, streaming: other, environment: {} };
    const [first] = shops;
    const streams = [await startStream(streaming, first), await openStream(streaming, first)];
    const { status, body } = await stopMany({ all: true, expected: 6 }, 'nobody', other);
    expect([status, body]).toEqual([200, { stopped: 6, failed: 0 }]);
    for (const talk of talks) await talk.untilState('delivered');
    expect(await atVendor(talks)).toEqual(talks.map(() => ['ended', 1]));
    await until(
      'the legacy vendor’s are over',
      async () => (await world.vendor.streams()).length === 0,
    );
    expect(streams).toHaveLength(2);
  });

  it('ends none where another number is live, and says which', async () => {
    const shop = await world.customer();
    const [talk] = await visits(2, shop);
    for (const expected of [0, 1, 3, 1_000_000]) {
      const refused = await stopMany({ all: true, expected });
      expectProblem(refused, 409, 'count_differs');
      expect(refused.text).toContain('Live now: 2.');
    }
    const ofNobody = await stopMany({ accountId: 'acc_of_nobody', expected: 2 });
    expect(ofNobody.text).toContain('Live now: 0.');
    expect((await talk?.view())?.state).toBe('active');
    expect(await liveNow()).toBe(2);
    expect((await stopMany({ all: true, expected: 2 })).body).toEqual({ stopped: 2, failed: 0 });
  });

  it('ends each once where two operators ask two replicas at once', async () => {
    const shop = await world.customer();
    const talks = await visits(24, shop);
    const answers = await Promise.all([
      stopMany({ all: true, expected: 24 }, 'anna'),
      stopMany({ all: true, expected: 24 }, 'ben', other),
    ]);
    // Whoever comes later may find that some have ended.
    expect(answers.map(({ status }) => status)).toContain(200);
    for (const { status } of answers) expect([200, 409]).toContain(status);
    for (const talk of talks) await talk.untilState('delivered');
    const ended = await atVendor(talks);
    expect(ended.map(([state]) => state)).toEqual(talks.map(() => 'ended'));
    for (const talk of talks) {
      const { body } = await order(world.avatar, 'nobody', talk, 'stop');
      expect(['anna', 'ben']).toContain(body.stoppedByName);
      expect(deliveriesOf(world, talk).at(-1)?.body).toMatchObject({ endReason: 'operator' });
    }
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', {}, ['/expected']],
    ['no scope', { expected: 0 }, ['/accountId']],
    ['both scopes', { accountId: 'a', all: true, expected: 0 }, ['/accountId']],
    ['all, denied', { all: false, expected: 0 }, ['/all']],
    ['all in words', { all: 'true', expected: 0 }, ['/all']],
    ['null', { accountId: null, expected: 0 }, ['/accountId']],
    ['an account in an object', { accountId: { $ne: 1 }, expected: 0 }, ['/accountId']],
    ['a path for an account', { accountId: '..', expected: 0 }, ['/accountId']],
    ['no number', { all: true }, ['/expected']],
    ['a number in words', { all: true, expected: '0' }, ['/expected']],
    ['less than none', { all: true, expected: -1 }, ['/expected']],
    ['half a session', { all: true, expected: 0.5 }, ['/expected']],
    ['more than any number', { all: true, expected: 1_000_001 }, ['/expected']],
    ['what nobody knows', { all: true, expected: 0, force: true }, ['']],
  ])('is refused with %s', async (_what, json, where) => {
    const refused = await stopMany(json);
    expectProblem(refused, 422, 'invalid_input');
    expect(pointers(refused)).toEqual(where);
  });

  it('is for nobody but an operator', async () => {
    const shop = await world.customer();
    const json = { all: true, expected: 0 };
    for (const [token, code] of [
      [undefined, 'key_missing'],
      [shop.key, 'token_invalid'],
      [await shop.secretKey(), 'token_invalid'],
      [`ben:${TOKENS.anna}`, 'token_invalid'],
    ] as const) {
      const headers: Headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const path = '/api/v1/admin/stops';
      expectProblem(await world.avatar.call('POST', path, { headers, json }), 401, code);
    }
  });
});
