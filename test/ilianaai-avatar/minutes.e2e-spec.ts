import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LimitSettingsDto } from '#contracts';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { zoneAtNoon } from '../support/noon.js';
import { until } from '../support/until.js';
import { deliveriesOf } from './delivered.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { askToken, startedVisit, visit } from './visit.js';
import { startWorld, type World } from './world.js';

const DAY = 86_400;
const SERVER = { maxConcurrentSessions: 100 };

let world: World;
let second: RunningAvatar;

beforeAll(async () => {
  world = await startWorld({ environment: { VENDOR_POLL_SECONDS: '0.3' } });
  second = await world.another({ database: world.database });
});
afterEach(() => world.vendor.clearFaults());
afterAll(async () => {
  await second.stop();
  await world.stop();
});

function shopWith(limits: LimitSettingsDto): Promise<Tenant> {
  return world.customer({ limits: { ...SERVER, timeZone: zoneAtNoon(), ...limits } });
}

/** Time passes for the vendor and for both replicas. */
async function pass(seconds: number): Promise<void> {
  for (const replica of [world.avatar, second]) replica.advance(seconds);
  await world.vendor.advance(seconds);
}

/** A session of so many seconds, whose bill is known. */
async function use(shop: Tenant, seconds: number): Promise<void> {
  const used = await startedVisit(world.avatar, shop);
  await world.vendor.advance(seconds);
  await used.stop();
  await used.untilState('delivered');
}

async function billedOf(ids: readonly string[]): Promise<number[]> {
  const found = await Promise.all(ids.map((id) => world.vendor.session(id)));
  return found.map(({ billedSeconds }) => billedSeconds);
}

describe('an account whose minutes are used up', () => {
  it.each<[string, LimitSettingsDto, number, 'day' | 'month']>([
    ['of the day', { maxSecondsPerDay: 60 }, 45, 'day'],
    ['of the month', { maxSecondsPerMonth: 60 }, 45, 'month'],
    ['of both', { maxSecondsPerDay: 60, maxSecondsPerMonth: 60 }, 45, 'month'],
    ['of none to begin with', { maxSecondsPerDay: 0 }, 0, 'day'],
    ['with a rest too short to begin with', { maxSecondsPerMonth: 29 }, 0, 'month'],
  ])('%s is refused a token until there are new ones', async (_what, limits, used, period) => {
    const shop = await shopWith(limits);
    if (used > 0) await use(shop, used);
    const answer = await askToken(world.avatar, shop);
    expectProblem(answer, 429, 'minutes_used_up');
    expect(answer.text).toContain(`until the ${period} ends`);
    const waitSeconds = Number(answer.headers.get('retry-after'));
    expect(waitSeconds).toBeGreaterThan(0);
    expect(waitSeconds).toBeLessThanOrEqual(period === 'day' ? DAY : 31 * DAY);
    expect((await world.vendor.summary()).activeSessionIds).toEqual([]);
  });

  it('goes on after the day has ended', async () => {
    const shop = await shopWith({ maxSecondsPerDay: 60 });
    await use(shop, 45);
    const refused = await askToken(world.avatar, shop);
    const waitSeconds = Number(refused.headers.get('retry-after'));
    world.avatar.advance(waitSeconds - 2);
    second.advance(waitSeconds - 2);
    expectProblem(await askToken(second, shop), 429, 'minutes_used_up');
    world.avatar.advance(3);
    second.advance(3);
    expect((await askToken(second, shop)).status).toBe(200);
  });

  it('is refused the start of what was asked for before', async () => {
    const shop = await shopWith({ maxSecondsPerDay: 120 });
    const early = await visit(world.avatar, shop);
    await use(shop, 100);
    expectProblem(await early.start(), 429, 'minutes_used_up');
    await early.untilState('failed');
    const { starts, state } = await world.vendor.session(early.sessionId);
    expect([starts, state]).toEqual([0, 'minted']);
  });
});

describe('a session of an account with a limit', () => {
  it('is told what is left, and so is the vendor', async () => {
    const shop = await shopWith({ maxSecondsPerDay: 300 });
    await use(shop, 100);
    const opened = await visit(world.avatar, shop);
    const { body } = await opened.start();
    const most = body.data.max_session_duration ?? 0;
    expect(most).toBeGreaterThan(190);
    expect(most).toBeLessThanOrEqual(200);
    const { request } = await world.vendor.session(opened.sessionId);
    expect(request).toMatchObject({ max_session_duration: most });
    const alive = await opened.keepAlive({ next_within_s: 60 });
    expect(alive.body.data.seconds_left).toBeGreaterThan(most - 10);
    await opened.stop();
  });

  it('is told of no more than the account allows it otherwise', async () => {
    const shop = await shopWith({ maxSecondsPerDay: 5_000, maxSessionSeconds: 700 });
    const opened = await startedVisit(world.avatar, shop);
    const alive = await opened.keepAlive({ next_within_s: 60 });
    expect(alive.body.data.seconds_left).toBeGreaterThan(690);
    expect(alive.body.data.seconds_left).toBeLessThanOrEqual(700);
    await opened.stop();
  });

  it('is ended with the minutes, which all share, and what was said is delivered', async () => {
    const shop = await shopWith({ maxSecondsPerDay: 400 });
    const conversation_id = await shop.openConversation();
    const talks = [
      await startedVisit(world.avatar, shop, { conversation_id }),
      await startedVisit(second, shop),
    ];
    const [talk] = talks;
    await talk?.say('Do you deliver?', { role: 'user' });
    await pass(190);
    // 380 of 400 are used: whoever looks sees ten seconds each.
    await until('seconds are told', async () => {
      const alive = await talk?.keepAlive({ next_within_s: 60 });
      const left = alive?.body.data.seconds_left ?? 999;
      return left <= 11;
    });
    expectProblem(await askToken(world.avatar, shop), 429, 'minutes_used_up');
    for (const each of talks) {
      const view = await each.untilState('delivered');
      expect(view.end_reason).toBe('minutes_used_up');
    }
    const billed = await billedOf(talks.map(({ sessionId }) => sessionId));
    const sum = billed.reduce((all, each) => all + each, 0);
    expect(sum).toBeGreaterThanOrEqual(396);
    expect(sum).toBeLessThanOrEqual(404);
    const { transcript } = await shop.read(conversation_id);
    expect(transcript.map((line) => line.transcript)).toContain('Do you deliver?');
    expect(deliveriesOf(world, talks[0] as (typeof talks)[0]).at(-1)?.body).toMatchObject({
      endReason: 'minutes_used_up',
    });
  });

  it('is ended soon after its limit was lowered, and not where it was raised', async () => {
    const shop = await shopWith({});
    const talk = await startedVisit(world.avatar, shop);
    await world.petya.admin('PATCH', `/accounts/${shop.accountId}`, {
      limits: { maxSecondsPerDay: 3_600 },
    });
    await until('the limit is known', async () => {
      const sessions = world.avatar.connection.collection('sessions');
      const found = await sessions.findOne({ vendorSessionId: talk.sessionId });
      return found?.['config']?.caps?.perDay === 3_600;
    });
    expect((await talk.view()).state).toBe('active');
    await world.petya.admin('PATCH', `/accounts/${shop.accountId}`, {
      limits: { maxSecondsPerDay: 0 },
    });
    expect((await talk.untilState('delivered')).end_reason).toBe('minutes_used_up');
  });
});

describe('many who ask at once', () => {
  it('get one session where there is room for one, on however many replicas', async () => {
    const shop = await shopWith({ maxSecondsPerDay: 59 });
    const asked = await Promise.all(
      Array.from({ length: 100 }, (_none, index) =>
        askToken(index % 2 === 0 ? world.avatar : second, shop),
      ),
    );
    const refused = asked.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(99);
    // A busy machine may put some of so many off; whoever is refused for good is told why.
    const isPlanned = ({ status, text }: (typeof asked)[0]) =>
      (status === 429 && text.includes('urn:problem:minutes_used_up')) ||
      (status === 503 && text.includes('urn:problem:busy'));
    expect(refused.filter((each) => !isPlanned(each)).map(({ text }) => text)).toEqual([]);
  });

  it('get three where there is room for three', async () => {
    const shop = await shopWith({ maxSecondsPerMonth: 119 });
    const asked = await Promise.all(
      Array.from({ length: 40 }, (_none, index) =>
        askToken(index % 2 === 0 ? world.avatar : second, shop),
      ),
    );
    expect(asked.filter(({ status }) => status === 200)).toHaveLength(3);
  });
});

describe('tokens that are kept until little is left', () => {
  /** Five tokens of an account of which 115 s are left by now: thirty for each of three, for a while. */
  async function kept() {
    const shop = await shopWith({ maxSecondsPerDay: 200 });
    await startedVisit(world.avatar, shop);
    const tokens = [];
    for (let index = 0; index < 5; index += 1) {
      tokens.push(await visit(index % 2 === 0 ? world.avatar : second, shop));
    }
    await pass(85);
    return tokens;
  }

  it('start as many sessions as there is room for', async () => {
    const statuses = [];
    for (const token of await kept()) {
      statuses.push((await token.start()).status);
      // So that none of them counts as begun at once with the next.
      await pass(1);
    }
    expect(statuses).toEqual([201, 201, 201, 429, 429]);
  });

  it('never start more, and fewer where they all begin at once', async () => {
    const tokens = await kept();
    await world.vendor.fault({ route: 'start', kind: 'delay', delayMs: 1_000, times: 5 });
    const statuses = (await Promise.all(tokens.map((each) => each.start()))).map(
      ({ status }) => status,
    );
    expect(statuses.filter((status) => status !== 201 && status !== 429)).toEqual([]);
    expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(3);
  });
});

describe('one visitor or address that starts as fast as it can', () => {
  /** So many starts were longer ago than they were. */
  async function age(shop: Tenant, seconds: number): Promise<void> {
    const sessions = world.avatar.connection.collection('sessions');
    for (const { _id, startedAt } of await sessions.find({ accountId: shop.accountId }).toArray()) {
      const earlier = new Date((startedAt as Date).getTime() - seconds * 1000);
      await sessions.updateOne({ _id }, { $set: { startedAt: earlier } });
    }
  }

  /** Opens, starts and stops until it is refused for the `refusals`th time. */
  async function race(
    shop: Tenant,
    headers: Readonly<Record<string, string>>,
    json: object,
    refusals = 5,
  ) {
    const ids: string[] = [];
    const answers: Awaited<ReturnType<typeof askToken>>[] = [];
    while (answers.length < refusals && ids.length < 50) {
      const replica = ids.length % 2 === 0 ? world.avatar : second;
      const answer = await askToken(replica, shop, json, headers);
      if (answer.status !== 200) {
        answers.push(answer);
        continue;
      }
      const { session_id: id, session_token: token } = answer.body.data;
      const authorization = { authorization: `Bearer ${token}` };
      const start = await replica.call('POST', '/v1/sessions/start', { headers: authorization });
      expect(start.status).toBe(201);
      await replica.call('POST', '/v1/sessions/stop', { headers: authorization });
      ids.push(id);
    }
    return { ids, refusal: answers[0] as (typeof answers)[0] };
  }

  it('has as many in an hour as a visitor may, and others are served', async () => {
    const shop = await shopWith({ maxSessionsPerVisitorPerHour: 3 });
    const visitor = await shop.proveVisitor();
    const wish = { visitor_id: visitor.visitorId };
    const first = await race(shop, visitor.proof, wish);
    expect(first.ids).toHaveLength(3);
    expectProblem(first.refusal, 429, 'rate_limited');
    expect(first.refusal.text).toContain('started by this visitor in an hour');
    const waitSeconds = Number(first.refusal.headers.get('retry-after'));
    expect(waitSeconds).toBeGreaterThan(3_500);
    expect(waitSeconds).toBeLessThanOrEqual(3_600);
    const other = await shop.proveVisitor();
    const served = await race(shop, other.proof, { visitor_id: other.visitorId }, 1);
    expect(served.ids).toHaveLength(3);
    await age(shop, 1_800);
    expect((await race(shop, visitor.proof, wish, 1)).ids).toHaveLength(0);
    await age(shop, 1_801);
    expect((await race(shop, visitor.proof, wish, 1)).ids).toHaveLength(3);
  });

  it('has as many as an address may, whoever it says it is; a server has what it needs', async () => {
    const shop = await shopWith({ maxSessionsPerAddressPerHour: 4 });
    let tries = 0;
    const refused: string[] = [];
    while (tries < 10) {
      tries += 1;
      const { visitorId, proof } = await shop.proveVisitor();
      const { ids } = await race(shop, proof, { visitor_id: visitorId }, 1).then(
        (raced) => raced,
        () => ({ ids: [] }),
      );
      if (ids.length === 0) refused.push(visitorId);
    }
    const sessions = world.avatar.connection.collection('sessions');
    const started = await sessions.countDocuments({
      accountId: shop.accountId,
      startedAt: { $ne: null },
    });
    expect(started).toBe(4);
    expect(refused.length).toBeGreaterThan(0);
    const secret = { key: await shop.secretKey() };
    expect((await askToken(world.avatar, secret)).status).toBe(200);
  });

  it('does not end what its visitor has for a session that would not begin', async () => {
    const shop = await shopWith({ maxSessionsPerVisitorPerHour: 1 });
    const visitor = await shop.proveVisitor();
    const wish = { visitor_id: visitor.visitorId };
    const talk = await startedVisit(world.avatar, shop, wish, visitor.proof);
    const again = await askToken(second, shop, wish, visitor.proof);
    expectProblem(again, 429, 'rate_limited');
    expect((await talk.view()).state).toBe('active');
    await talk.stop();
  });
});
