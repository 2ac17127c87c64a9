import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  OverviewDto,
  ReconciliationDto,
  ReconciliationListDto,
  ReconciliationRowDto,
  UsageDto,
} from '#contracts';
import { randomUUID } from 'node:crypto';
import { ClaimRepository } from '../../apps/ilianaai-avatar/src/reconcile/claim.repository.js';
import { type Report, ReportDraft } from '../../apps/ilianaai-avatar/src/reconcile/report.js';
import { ReportRepository } from '../../apps/ilianaai-avatar/src/reconcile/report.repository.js';
import { expectProblem, pointers } from '../support/expect-problem.js';
import { freshDatabase } from '../support/mongo.js';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { until } from '../support/until.js';
import {
  compared,
  dayBefore,
  essence,
  inDay,
  insertRecords,
  OPERATOR,
  PATH,
  read,
  seedEqual,
} from './reconciliation.js';
import { startedVisit, type Visit } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld({
    environment: { ADMIN_TOKEN: PETYA_ADMIN_TOKEN, VENDOR_POLL_SECONDS: '600' },
  });
});
afterEach(async () => {
  await world.vendor.clearFaults();
  await world.vendor.set({ rateLimitPerSecond: 0, othersEndedPerPage: 0 });
});
afterAll(() => world.stop());

const sessions = () => world.avatar.connection.collection('sessions');
const reports = () => world.avatar.connection.collection<{ _id: string }>('reconciliations');

async function ended(): Promise<Visit> {
  const visit = await startedVisit(world.avatar, await world.customer());
  await visit.say('Is this billed?', { role: 'user' });
  await visit.stop();
  await visit.untilState('delivered');
  return visit;
}

function change({ sessionId }: Visit, members: object) {
  return sessions().updateOne({ vendorSessionId: sessionId }, { $set: members });
}

function rowOf({ rows }: ReconciliationDto, id: string): ReconciliationRowDto | undefined {
  return rows.find(({ sessionId }) => sessionId === id);
}

describe('a day of the vendor’s bills', () => {
  it('is compared session by session, through real sockets', async () => {
    const equal = await ended();
    const differs = await ended();
    await change(differs, { billed: { seconds: 999, credits: 1, source: 'vendor' } });
    const failed = await ended();
    await change(failed, { state: 'failed', startedAt: null, billed: null });
    const [stranger = ''] = await world.vendor.enter([
      { startedAt: new Date(Date.now() - 9_000), endedAt: new Date(), credits: 2 },
    ]);
    const times = { startedAt: new Date(Date.now() - 9_000), endedAt: new Date() };
    const unlisted = randomUUID();
    await insertRecords(world.avatar.connection, [{ ...times, vendorSessionId: unlisted }]);
    const running = await startedVisit(world.avatar, await world.customer());
    const bill = await world.vendor.session(differs.sessionId);

    const today = dayBefore(0);
    const report = await compared(world.avatar, today);

    expect(rowOf(report, equal.sessionId)).toBeUndefined();
    const found = Object.fromEntries(
      [differs.sessionId, failed.sessionId, stranger, unlisted, running.sessionId].map((id) => [
        id,
        rowOf(report, id)?.verdict,
      ]),
    );
    expect(found).toEqual({
      [differs.sessionId]: 'seconds_differ',
      [failed.sessionId]: 'ours_failed_but_billed',
      [stranger]: 'missing_here',
      [unlisted]: 'missing_there',
      [running.sessionId]: 'still_running',
    });
    expect(rowOf(report, differs.sessionId)).toMatchObject({
      seconds: 999,
      vendorSeconds: bill.billedSeconds,
      credits: bill.credits,
    });
    expect(rowOf(report, stranger)).toMatchObject({ id: null, accountId: null, seconds: null });
    expect(report).toMatchObject({
      day: today,
      vendor: 'liveavatar',
      verdicts: {
        equal: 1,
        seconds_differ: 1,
        ours_failed_but_billed: 1,
        missing_here: 1,
        missing_there: 1,
        still_running: 1,
      },
      differing: 4,
      truncated: false,
      sums: { sessions: 3, vendorSessions: 4 },
    });
    expect((await read(world.avatar, today)).body).toEqual(report);
    const again = await compared(world.avatar, today);
    expect(essence(again)).toEqual(essence(report));
    expect(again.madeAt > report.madeAt).toBe(true);
    // What is not known is left as it is.
    expect(await sessions().findOne({ vendorSessionId: differs.sessionId })).toMatchObject({
      billed: { seconds: 999 },
    });
    expect((await world.vendor.session(running.sessionId)).stops).toBe(0);
    await running.stop();
  });

  it('belongs to the day of our start, and has nothing of other days', async () => {
    const [day, next] = [dayBefore(9), dayBefore(8)];
    const midnight = Date.parse(`${next}T00:00:00Z`);
    const id = randomUUID();
    const vendorTimes = { startedAt: new Date(midnight), endedAt: new Date(midnight + 61_000) };
    await world.vendor.enter([{ id, ...vendorTimes, credits: 4 }]);
    await insertRecords(world.avatar.connection, [
      {
        vendorSessionId: id,
        startedAt: new Date(midnight - 300),
        endedAt: vendorTimes.endedAt,
      },
    ]);
    // Named an hour before it was started.
    const vendorSessionId = randomUUID();
    const named = new Date(midnight - 3_600_000);
    const over = new Date(midnight - 3_570_000);
    await world.vendor.enter([{ id: vendorSessionId, startedAt: named, endedAt: over }]);
    const started = { startedAt: new Date(midnight), endedAt: new Date(midnight + 30_000) };
    const billed = { seconds: 30, credits: 0, source: 'vendor' };
    await insertRecords(world.avatar.connection, [{ vendorSessionId, ...started, billed }]);
    expect(await compared(world.avatar, day)).toMatchObject({
      verdicts: { equal: 1 },
      sums: { seconds: 61 },
      rows: [],
    });
    expect(await compared(world.avatar, next)).toMatchObject({
      verdicts: { equal: 1, missing_here: 0, missing_there: 0 },
      sums: { seconds: 30 },
    });
  });

  it('is whole though others end between its pages, and though the vendor wants to be left alone', async () => {
    const day = dayBefore(5);
    await seedEqual(world, day, 250);
    await world.vendor.set({ othersEndedPerPage: 7, rateLimitPerSecond: 2 });
    const report = await compared(world.avatar, day);
    expect(report).toMatchObject({
      verdicts: { equal: 250, missing_here: 0, missing_there: 0 },
      sums: { sessions: 250, seconds: 15_250, vendorSeconds: 15_250, credits: 1_000 },
      rows: [],
    });
    const { requests } = await world.vendor.ledger('?route=sessions&sessions=false');
    expect(requests.some(({ status }) => status === 429)).toBe(true);
  });
});

describe('a bill that was counted here', () => {
  /** Closed while the vendor says nothing of its cost. */
  async function countedHere(
    conversation_id: string,
    shop: Awaited<ReturnType<World['customer']>>,
  ) {
    const visit = await startedVisit(world.avatar, shop, { conversation_id });
    await visit.say('What does it cost?', { role: 'user' });
    const data = {
      id: visit.sessionId,
      end_at: new Date().toISOString(),
      end_reason: 'USER_CLOSED',
    };
    const body = { code: 1000, data };
    await world.vendor.fault({ route: 'session', kind: 'status', status: 200, body, times: -1 });
    await visit.stop();
    await visit.untilState('delivered');
    // Whoever still works on it would ask the vendor once more; a turn that is counted late begins that anew.
    await until('nothing is left to do', () =>
      sessions().findOne({
        vendorSessionId: visit.sessionId,
        turns: 1,
        'transcript.nextReadAt': null,
        outboxDueAt: null,
        'lease.owner': null,
      }),
    );
    await world.vendor.clearFaults();
    // The vendor has stopped it later than we have counted.
    const own = { seconds: 9_999, credits: null, source: 'own' };
    await change(visit, { billed: own });
    return visit;
  }

  it('is filled in with the vendor’s, and Petya is told', async () => {
    const shop = await world.customer();
    const conversation_id = await shop.openConversation();
    const visit = await countedHere(conversation_id, shop);
    const before = await sessions().findOne({ vendorSessionId: visit.sessionId });
    const bill = await world.vendor.session(visit.sessionId);
    const report = await compared(world.avatar, dayBefore(0));
    expect(rowOf(report, visit.sessionId)).toBeUndefined();
    const billed = { seconds: bill.billedSeconds, credits: bill.credits, source: 'vendor' };
    expect(await sessions().findOne({ vendorSessionId: visit.sessionId })).toMatchObject({
      billed,
      delivery: { version: Number(before?.['delivery'].version) + 1 },
    });
    const told = await until('Petya knows the bill', async () => {
      const { body } = await world.petya.admin<UsageDto>(
        'GET',
        `/accounts/${shop.accountId}/usage`,
      );
      return body.total.credits === bill.credits && body.total;
    });
    expect(told).toEqual({ sessions: 1, seconds: bill.billedSeconds, credits: bill.credits });
    const { transcript } = (await shop.read(conversation_id)) as {
      transcript: { transcript: string }[];
    };
    expect(transcript.map((turn) => turn.transcript)).toContain('What does it cost?');
    const once = await sessions().findOne({ vendorSessionId: visit.sessionId });
    await compared(world.avatar, dayBefore(0));
    const twice = await sessions().findOne({ vendorSessionId: visit.sessionId });
    expect(twice?.['delivery'].version).toBe(once?.['delivery'].version);
  });

  it('stays where the turns are gone: a version without them would say that nothing was said', async () => {
    const shop = await world.customer();
    const visit = await countedHere(await shop.openConversation(), shop);
    await change(visit, { purgedAt: new Date() });
    const report = await compared(world.avatar, dayBefore(0));
    expect(rowOf(report, visit.sessionId)).toMatchObject({
      verdict: 'seconds_differ',
      seconds: 9_999,
    });
    expect(await sessions().findOne({ vendorSessionId: visit.sessionId })).toMatchObject({
      billed: { source: 'own' },
    });
  });
});

describe('a vendor that gives no list', () => {
  const garbled = (results: object[], more: object = {}) => ({
    kind: 'status',
    status: 200,
    body: { code: 1000, data: { count: 1_000_000, next: 'https://vendor/next', results, ...more } },
  });
  const entry = { id: 's', created_at: new Date().toISOString(), duration: 1 };
  const full = Array.from({ length: 100 }, (_, index) => ({ ...entry, id: `s${index}` }));

  it.each([
    ['fails in the middle', { kind: 'status', status: 500, after: 2 }, 502],
    ['breaks off', { kind: 'cut', after: 2 }, 502],
    ['answers with a page of words', { kind: 'html', after: 2 }, 502],
    ['answers garbage', { kind: 'garbage', after: 2 }, 502],
    ['lists what has no time', garbled([{ ...entry, created_at: 'soon' }]), 502],
    ['lists the same page for ever', garbled(full), 502],
    ['says that there is more, and gives nothing', garbled([]), 502],
    ['refuses our key', { kind: 'status', status: 401, after: 1 }, 503],
  ])('and %s leaves the report that there was', async (_what, fault, status) => {
    const day = dayBefore(5);
    if ((await read(world.avatar, day)).status === 404) {
      await seedEqual(world, day, 250);
      await compared(world.avatar, day);
    }
    const before = (await read(world.avatar, day)).body;
    await world.vendor.fault({ route: 'sessions', times: -1, ...fault });
    const refused = await world.avatar.call('POST', `${PATH}/${day}`, { headers: OPERATOR });
    expect([refused.status, (await read(world.avatar, day)).body]).toEqual([status, before]);
    await world.vendor.clearFaults();
    const after = await compared(world.avatar, day);
    expect(essence(after)).toEqual(essence(before));
    expect(after.madeAt > before.madeAt).toBe(true);
  });
});

describe('by itself', () => {
  it('nothing is compared where that is off', async () => {
    const path = (seq: number) => `?route=sessions&sessions=false&since=${seq}`;
    const { requests } = await world.vendor.ledger(path(0));
    const since = Math.max(...requests.map(({ seq }) => seq));
    const app = await world.another();
    await until(
      'it has swept',
      async () => (await world.vendor.ledger(path(since))).requests.length > 0,
    );
    const asked = (await world.vendor.ledger(path(since))).requests.map((each) => each.path);
    expect(asked.filter((each) => each.includes('historic'))).toEqual([]);
    await app.stop();
  });

  it('today and the last days are compared, again after a failure, by one replica at a time', async () => {
    const RECONCILE_SECONDS = '1';
    await world.vendor.fault({
      route: 'sessions',
      kind: 'status',
      status: 500,
      after: 4,
      times: 1,
    });
    const database = freshDatabase();
    const options = { database, environment: { RECONCILE_SECONDS } };
    const apps = [await world.another(options), await world.another(options)];
    const days = [3, 2, 1, 0].map(dayBefore);
    await until('all days are compared', async () => {
      const { body } = await (apps[0] as (typeof apps)[0]).call<ReconciliationListDto>(
        'GET',
        PATH,
        {
          headers: OPERATOR,
        },
      );
      return days.every((day) => body.items.some((item) => item.day === day));
    });
    for (const app of apps) await app.stop();
    await database.drop();
  });
});

describe('the claim', () => {
  const claims = () => world.avatar.app.get(ClaimRepository, { strict: false });
  const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000);
  const take = (owner: string, now: number, isAsked = false) =>
    claims().take('heygen', { owner, now: at(now), until: at(now + 10), isAsked });

  it('is one replica’s at a time, until it gives it back or dies', async () => {
    const [one, other] = await Promise.all([take('a', 0), take('b', 0)]);
    const held = one ?? other;
    if (!held) throw new Error('nobody has it');
    expect([one, other]).toContain(null);
    expect(await take('c', 9)).toBeNull();
    expect(await claims().renew(held, at(20))).toBe(true);
    expect(await take('c', 19)).toBeNull();
    const next = await take('c', 20);
    if (!next) throw new Error('whoever died still has it');
    expect(await claims().renew(held, at(99))).toBe(false);
    await claims().release(held);
    expect(await take('d', 21)).toBeNull();
    await claims().release(next, at(60));
    expect(await take('d', 59)).toBeNull();
    const asked = await take('d', 59, true);
    expect(asked).not.toBeNull();
    if (asked) await claims().release(asked);
    expect(await take('e', 59)).not.toBeNull();
  });
});

describe('a report', () => {
  it('that was made later stays', async () => {
    const stored = world.avatar.app.get(ReportRepository, { strict: false });
    const day = '2020-02-29';
    const report = (seconds: number): Report => ({
      ...new ReportDraft().finish({ day, vendor: 'heygen', madeAt: new Date(seconds * 1000) }),
    });
    for (const seconds of [2, 1, 2, 3]) {
      await stored.replace(report(seconds));
      expect((await stored.find('heygen', day))?.madeAt).toEqual(
        new Date(Math.max(2, seconds) * 1000),
      );
    }
  });
});

describe('the operator', () => {
  it('sees the newest days first, at most 31, and no rows', async () => {
    const day = (index: number) =>
      new Date(Date.UTC(2020, 0, 1 + index)).toISOString().slice(0, 10);
    const known = await reports().findOne({});
    if (!known) throw new Error('there is no report');
    await reports().insertMany(
      Array.from({ length: 40 }, (_, index) => ({
        ...known,
        _id: `liveavatar:${day(index)}`,
        day: day(index),
      })),
    );
    const list = await world.avatar.call<ReconciliationListDto>('GET', PATH, { headers: OPERATOR });
    const days = list.body.items.map((item) => item.day);
    expect(days).toHaveLength(31);
    expect(days).toEqual(days.toSorted().toReversed());
    expect(list.body.items.some((item) => 'rows' in item)).toBe(false);
    expect(list.text).not.toMatch(/visitor|conversation/i);
  });

  it.each(['yesterday', '2026-02-30', '2026-1-1', '20261126', '%00'])(
    'is refused the day %s',
    async (day) => {
      for (const method of ['GET', 'POST']) {
        const answer = await world.avatar.call(method, `${PATH}/${day}`, { headers: OPERATOR });
        expectProblem(answer, 422, 'invalid_input');
        expect(pointers(answer)).toEqual(['/day']);
      }
    },
  );

  it('is refused to compare what is to come or long over, and told of days without a report', async () => {
    for (const day of [dayBefore(-1), dayBefore(32)]) {
      const answer = await world.avatar.call('POST', `${PATH}/${day}`, { headers: OPERATOR });
      expectProblem(answer, 422, 'invalid_input');
      expectProblem(await read(world.avatar, day), 404, 'not_found');
    }
    expect(await compared(world.avatar, dayBefore(31))).toMatchObject({ day: dayBefore(31) });
  });

  it('is told that a report is under way which takes long, and finds it later', async () => {
    const day = dayBefore(4);
    await world.vendor.fault({ route: 'sessions', kind: 'delay', delayMs: 4_500, times: 1 });
    const answer = await world.avatar.call('POST', `${PATH}/${day}`, { headers: OPERATOR });
    expect([answer.status, answer.body]).toEqual([202, { day, state: 'running' }]);
    await until('it is made', async () => (await read(world.avatar, day)).status === 200);
  });

  it('is told that LiveAvatar is off, where it is', async () => {
    const environment = {
      LIVEAVATAR_API_KEY: '',
      HEYGEN_API_KEY: 'heygen-key-1',
      HEYGEN_BASE_URL: world.simulator.url,
    };
    const app = await world.another({ environment });
    const answer = await app.call('POST', `${PATH}/${dayBefore(0)}`, { headers: OPERATOR });
    expectProblem(answer, 410, 'liveavatar_disabled');
    const overview = await app.call<OverviewDto>('GET', '/api/v1/admin/overview', {
      headers: OPERATOR,
    });
    expect(overview.body.vendors).toEqual([
      { name: 'heygen', creditsLeft: null, creditsReadAt: null, reachable: true },
    ]);
    await app.stop();
  });
});

describe('the overview', () => {
  const overview = async (app = world.avatar) => {
    const answer = await app.call<OverviewDto>('GET', '/api/v1/admin/overview', {
      headers: OPERATOR,
    });
    expect(answer.status).toBe(200);
    return answer.body;
  };

  it('has the credits that are left, and what yesterday has shown', async () => {
    const app = await world.another();
    expect((await overview(app)).reconciliation).toEqual({ yesterday: null });
    await world.vendor.set({ credits: 42.5 });
    const yesterday = dayBefore(1);
    await world.vendor.enter([{ startedAt: inDay(yesterday, 0), endedAt: inDay(yesterday, 5) }]);
    await compared(app, yesterday);
    const shown = await until('yesterday is shown', async () => {
      const now = await overview(app);
      return now.reconciliation.yesterday && now;
    });
    expect(shown).toMatchObject({
      vendors: [
        {
          name: 'liveavatar',
          creditsLeft: 42.5,
          creditsReadAt: expect.any(String),
          reachable: true,
        },
      ],
      reconciliation: { yesterday: { day: yesterday, differing: 1 } },
    });
    await world.vendor.set({ credits: 1_000 });
    expect((await overview(app)).vendors).toEqual(shown.vendors);
    await app.stop();
  });

  it.each([
    [
      'nonsense',
      { kind: 'status', status: 200, body: { code: 1000, data: { credits_left: 'lots' } } },
    ],
    ['nothing at all', { kind: 'hang' }],
    ['a refusal', { kind: 'status', status: 500 }],
  ])('costs nothing where the vendor says %s', async (_what, fault) => {
    const app = await world.another();
    await world.vendor.fault({ route: 'credits', times: -1, ...fault });
    const { vendors } = await overview(app);
    expect(vendors).toMatchObject([{ creditsLeft: null, creditsReadAt: null }]);
    const ready = await app.call('GET', '/health/ready');
    expect(ready.body).toMatchObject({ checks: { liveavatar_credits: 'up' } });
    expect((await compared(app, dayBefore(2))).day).toBe(dayBefore(2));
    await world.vendor.clearFaults();
    await app.stop();
  });
});
