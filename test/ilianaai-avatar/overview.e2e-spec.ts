import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { OverviewDto } from '#contracts';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { expectProblem } from '../support/expect-problem.js';
import { expectStatus } from '../support/expect-status.js';
import { seeFirstAnswers } from '../support/json-client.js';
import { freshDatabase } from '../support/mongo.js';
import { MuteProxy } from '../support/mute-proxy.js';
import { until } from '../support/until.js';
import { talkIn, untilLinked } from './delivered.js';
import { ADMIN_TOKEN, asOperator, TOKENS } from './operators.js';
import { startedVisit, visit } from './visit.js';
import { startWorld, type World } from './world.js';

seeFirstAnswers();

const OPERATOR = { authorization: `Bearer ${TOKENS.anna}` };
const PATH = '/api/v1/admin/overview';

/** Whoever looks waits for a vendor or for the database no longer than 2 s each, on a busy machine. */
const PATIENCE_MS = 10_000;

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld({ environment: { ADMIN_TOKEN, CIRCUIT_FAILURES: '3' } });
  shop = await world.customer();
});
afterEach(async () => {
  for (const proxy of proxies) proxy.heal();
  for (const replica of replicas.splice(0)) await replica.stop();
  for (const proxy of proxies.splice(0)) await proxy.close();
  world.double.heal();
  await world.vendor.clearFaults();
});
afterAll(() => world.stop());

const replicas: RunningAvatar[] = [];
const proxies: MuteProxy[] = [];

/** A replica that has not looked yet; the world's own one does the work. */
async function fresh(options: Parameters<World['another']>[0] = {}): Promise<RunningAvatar> {
  const environment = { UPKEEP_POLL_SECONDS: '60', ...options.environment };
  const replica = await world.another({ database: world.database, ...options, environment });
  replicas.push(replica);
  return replica;
}

/** As `fresh`, of which a test may keep the database. */
async function behindProxy(): Promise<[RunningAvatar, MuteProxy]> {
  const proxy = await MuteProxy.open(world.database.uri);
  proxies.push(proxy);
  return [await fresh({ database: { ...world.database, uri: proxy.uri } }), proxy];
}

async function look(replica: RunningAvatar): Promise<OverviewDto> {
  const answer = await replica.call<OverviewDto>('GET', PATH, { headers: OPERATOR });
  expectStatus(answer, 200);
  return answer.body;
}

const msSince = (text: string) => Date.now() - Date.parse(text);

describe('the overview', () => {
  it('counts sessions by state, and what they have used', async () => {
    const before = await look(await fresh());
    const seconds = before.usedSeconds.today ?? NaN;
    await visit(world.avatar, shop);
    const running = await startedVisit(world.avatar, shop);
    const over = await startedVisit(world.avatar, shop);
    await world.vendor.advance(61);
    await over.stop();
    await over.untilState('delivered');
    await until('its cost is known', () =>
      world.avatar.connection
        .collection('sessions')
        .findOne({ vendorSessionId: over.sessionId, 'billed.source': 'vendor' }),
    );
    const shown = await look(await fresh());
    expect(shown.sessions).toEqual({
      ...before.sessions,
      created: before.sessions.created + 1,
      active: before.sessions.active + 1,
      live: before.sessions.live + 2,
    });
    expect(shown.usedSeconds.today).toBeGreaterThanOrEqual(seconds + 61);
    expect(shown.usedSeconds.month).toBeGreaterThanOrEqual(shown.usedSeconds.today ?? NaN);
    expect(msSince(shown.readAt)).toBeLessThan(PATIENCE_MS);
    await running.stop();
  });

  it('says where Petya’s board is, where that is set', async () => {
    const environment = { PETYA_BOARD_URL: 'http://127.0.0.1:5001/board/' };
    expect((await look(await fresh())).petya.boardUrl).toBeNull();
    expect((await look(await fresh({ environment }))).petya.boardUrl).toBe('http://127.0.0.1:5001');
  });

  it('says who looks, and whether sessions may be opened', async () => {
    const elsewhere = await fresh();
    const open = { paused: false, reason: null, until: null, by: null, setAt: null };
    expect(await look(elsewhere)).toMatchObject({ you: 'anna', opening: open });
    const nameless = await asOperator<OverviewDto>(elsewhere, 'nobody', 'GET', 'overview');
    expect(nameless.body.you).toBeNull();
    const order = { paused: true, reason: 'a runaway page' };
    await asOperator(world.avatar, 'ben', 'PUT', 'opening', order);
    const paused = { ...order, by: 'ben', until: null, setAt: expect.any(String) };
    expect((await look(world.avatar)).opening).toEqual(paused);
    await until('it is paused elsewhere', async () => (await look(elsewhere)).opening.paused);
    await asOperator(world.avatar, 'anna', 'PUT', 'opening', { paused: false });
    expect((await look(world.avatar)).opening).toMatchObject({ paused: false, by: 'anna' });
  });

  it('follows what happens within some seconds', async () => {
    const replica = await fresh();
    const { sessions } = await look(replica);
    const talk = await startedVisit(world.avatar, shop);
    await until('it is counted', async () => {
      return (await look(replica)).sessions.active === sessions.active + 1;
    });
    await talk.stop();
    await until('it is counted no more', async () => {
      return (await look(replica)).sessions.active === sessions.active;
    });
  });

  it('says that Petya is away, for how long the oldest transcript waits, and what is refused', async () => {
    const [talk] = await talkIn(world, shop);
    const [refused] = await talkIn(world, shop);
    await untilLinked(world, talk, refused);
    world.double.fault('status', { kind: 'answer', status: 422 });
    await refused.stop();
    await refused.untilState('parked');
    world.double.fault('status', { kind: 'reset' }, Infinity);
    world.double.fault('health', { kind: 'reset' }, Infinity);
    world.double.fault('config', { kind: 'reset' }, Infinity);
    await talk.stop();
    await talk.untilState('final');
    const shown = await until('Petya is away', async () => {
      const now = await look(world.avatar);
      return !now.petya.reachable && now.petya.oldestWaitingSeconds >= 1 && now;
    });
    expect(shown.sessions).toMatchObject({ final: 1, parked: 1 });
    world.double.heal();
    await talk.untilState('delivered');
    await until('Petya is back', async () => {
      const { petya, sessions } = await look(world.avatar);
      return petya.reachable && petya.oldestWaitingSeconds === 0 && sessions.final === 0;
    });
  });

  it('says how far the work is behind, where nobody does it', async () => {
    const talk = await startedVisit(world.avatar, shop);
    const sessions = world.avatar.connection.collection('sessions');
    // As a worker leaves it that has died, with a lease that nobody is asked for.
    const at = (seconds: number) => new Date(Date.now() + seconds * 1000);
    const database = freshDatabase();
    const elsewhere = await fresh({ database });
    const record = await sessions.findOne({ vendorSessionId: talk.sessionId });
    if (!record) throw new Error('there is no record');
    await elsewhere.connection.collection('sessions').insertOne({
      ...record,
      endDueAt: at(-100),
      dueAt: at(-200),
      outboxDueAt: at(-300),
      lease: { owner: null, lane: 'life', epoch: 1, until: new Date(0) },
    });
    const { lagSeconds } = await look(elsewhere);
    for (const [lane, least] of [
      ['end', 100],
      ['life', 200],
      ['outbox', 300],
    ] as const) {
      expect(lagSeconds[lane]).toBeGreaterThanOrEqual(least);
      expect(lagSeconds[lane]).toBeLessThan(least + PATIENCE_MS / 1000);
    }
    await talk.stop();
    await elsewhere.stop();
    await database.drop();
  });

  it('is told while a vendor and Petya hang, with what they said last', async () => {
    await world.vendor.set({ credits: 17.5 });
    const replica = await fresh();
    await world.vendor.fault({ route: 'credits', kind: 'delay', delayMs: 60_000, times: 100 });
    for (const route of ['status', 'config', 'health', 'account'] as const) {
      world.double.fault(route, { kind: 'hang' }, Infinity);
    }
    const beganMs = performance.now();
    const { vendors, petya } = await look(replica);
    expect(performance.now() - beganMs).toBeLessThan(PATIENCE_MS);
    expect(vendors).toMatchObject([{ name: 'liveavatar', creditsLeft: null, creditsReadAt: null }]);
    expect(petya).toMatchObject({ reachable: true });
  });

  it('is as it was last while the database is silent, and says since when', async () => {
    const [replica, proxy] = await behindProxy();
    const known = await look(replica);
    proxy.mute('aggregate', 'find');
    const stale = await until('its reading is of before', async () => {
      const beganMs = performance.now();
      const shown = await look(replica);
      expect(performance.now() - beganMs).toBeLessThan(PATIENCE_MS);
      return proxy.swallowed.includes('aggregate') && shown;
    });
    expect(stale).toEqual({ ...known, vendors: expect.anything() });
    proxy.heal();
    await until('it is read again', async () => (await look(replica)).readAt > known.readAt);
  });

  it('is 503 of a replica whose database has never answered', async () => {
    const [replica, proxy] = await behindProxy();
    proxy.mute('aggregate', 'find');
    const answer = await replica.call('GET', PATH, { headers: OPERATOR });
    expectProblem(answer, 503, 'unavailable');
    proxy.heal();
    await until('it answers', async () => {
      return (await replica.call('GET', PATH, { headers: OPERATOR })).status === 200;
    });
  });

  it.each([
    ['without a token', {}, 'key_missing'],
    ['with a wrong one', { authorization: 'Bearer not-the-token-of-anybody' }, 'token_invalid'],
  ])('is refused %s', async (_what, headers, problem) => {
    expectProblem(await world.avatar.call('GET', PATH, { headers }), 401, problem);
  });

  it('takes no query', async () => {
    const answer = await world.avatar.call('GET', `${PATH}?accountId=one`, { headers: OPERATOR });
    expectProblem(answer, 422, 'invalid_input');
  });
});
