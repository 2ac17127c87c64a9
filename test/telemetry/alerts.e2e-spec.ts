import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { compared, dayBefore, inDay } from '../ilianaai-avatar/reconciliation.js';
import { askToken, startedVisit, visit } from '../ilianaai-avatar/visit.js';
import { startWorld, type World, type WorldOptions } from '../ilianaai-avatar/world.js';
import { projectRoot } from '../stack/project-root.js';
import { expectStatus } from '../support/expect-status.js';
import { freshDatabase } from '../support/mongo.js';
import { MuteProxy } from '../support/mute-proxy.js';
import { PETYA_ADMIN_TOKEN, startPetya } from '../support/petya-app.js';
import { seeFirstAnswers } from '../support/json-client.js';
import {
  alertFaults,
  alertsOf,
  courseFaults,
  type Job,
  JOBS,
  opsFile,
  WELL_MINUTES,
} from './judge-alerts.js';
import { promtool } from './prometheus-tools.js';
import { METRICS_TOKEN, type Sample, type Scrape, scrape } from './scrape.js';
import { type Addresses, AGING_MS, calmScrape, sight, untilShown } from './sightings.js';
import type { Phase } from './timeline.js';

seeFirstAnswers();

const METRICS = { METRICS_TOKEN };

let well: Phase['seen'];

/** Which alerts a test has made fire. */
const fired = new Set<string>();

const toStop: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).toReversed()) await stop();
});

async function aWorld(options: WorldOptions = {}): Promise<World> {
  const world = await startWorld({
    ...options,
    environment: { ...METRICS, ADMIN_TOKEN: PETYA_ADMIN_TOKEN, ...options.environment },
    petyaEnvironment: { ...METRICS, ...options.petyaEnvironment },
  });
  toStop.push(() => world.stop());
  return world;
}

const addressesOf = ({ avatar, petya }: Pick<World, 'avatar' | 'petya'>): Addresses => ({
  'ilianaai-avatar': avatar.baseUrl,
  'petya-avatar-api': petya.baseUrl,
});

/** As `courseFaults`, beginning with the day that is well. */
async function expectFiring(fault: Phase['seen'], firing: readonly string[]) {
  expect(await courseFaults({ well, fault }, firing)).toBe('');
  for (const alert of firing) fired.add(alert);
}

beforeAll(async () => {
  const world = await aWorld();
  const shop = await world.customer();
  const during = async () => {
    const talk = await startedVisit(world.avatar, shop);
    await talk.stop();
    await talk.untilState('delivered');
  };
  well = await sight(addressesOf(world), { during, apartMs: AGING_MS });
});

describe('the alerts', () => {
  it.each(JOBS)('of %s are rules, each with what it means and what to do', async (job) => {
    expect(await promtool(['check', 'rules', opsFile(job, 'alerts.yml')])).toMatchObject({
      isContent: true,
    });
    const page = (name: string) => readFile(join(projectRoot, 'apps', name), 'utf8');
    const [manual, onCall] = await Promise.all([page('OPERATING.md'), page('ON-CALL.md')]);
    const headings = [...manual.matchAll(/^### (\w+)$/gm)].map(([, heading = '']) => heading);
    for (const { alert, labels, annotations } of await alertsOf(job)) {
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations.summary).toMatch(/^.{20,160}\.$/);
      expect(annotations.look_at).toMatch(/^.{20,160}\.$/);
      expect(annotations.runbook).toBe(`apps/OPERATING.md#${alert.toLowerCase()}`);
      expect(headings).toContain(alert);
      expect(onCall).toContain(`[${alert}](OPERATING.md#${alert.toLowerCase()})`);
    }
  });

  it('are silent while all is well', async () => {
    const phases = [{ minutes: 1_440, seen: well }];
    const quiet = [1, 359, 361, 720, 1_439].map((atMinute) => ({ atMinute, firing: [] }));
    expect(await alertFaults(phases, quiet)).toBe('');
  });

  it('would be missed where one did not fire', async () => {
    const faults = await alertFaults(
      [{ minutes: 60, seen: well }],
      [{ atMinute: 59, firing: ['AvatarDown'] }],
    );
    expect(faults).toContain('AvatarDown');
  });
});

/** The day as it began, but for one number of one app. */
function wellBut(name: string, labels: Sample['labels'], value: number, job: Job): Phase['seen'] {
  const isMeant = (sample: Sample) =>
    sample.name === name &&
    Object.entries(labels).every(([label, is]) => sample.labels[label] === is);
  const changed = (scraped: Scrape): Scrape => {
    const others = scraped.samples.filter((sample) => !isMeant(sample));
    return { ...scraped, samples: [...others, { name, labels, value }] };
  };
  const [first, second] = well[job] ?? [];
  if (!first || !second) throw new Error(`${job} was not seen`);
  return { ...well, [job]: [changed(first), changed(second)] };
}

describe('an alert begins at its number', () => {
  it.each<[string, string, Sample['labels'], calm: number, wrong: number]>([
    ['AvatarEndingsLate', 'avatar_due_lag_seconds', { lane: 'end' }, 30, 31],
    ['AvatarEndingsLate', 'avatar_due_lag_seconds', { lane: 'life' }, 120, 121],
    ['AvatarDeliveriesParked', 'avatar_deliveries_parked', {}, 0, 1],
    ['AvatarOutboxOld', 'avatar_outbox_oldest_seconds', {}, 900, 901],
    ['AvatarVendorCreditsLow', 'avatar_vendor_credits', { vendor: 'liveavatar' }, 200, 199],
    ['AvatarBillsDiffer', 'avatar_reconcile_difference_seconds', { vendor: 'heygen' }, 60, 61],
    ['AvatarNumbersStale', 'avatar_fleet_read_age_seconds', {}, 60, 61],
    ['AvatarPetyaUnreachable', 'avatar_circuit_open', { peer: 'petya' }, 0, 1],
    ['AvatarVendorUnreachable', 'avatar_circuit_open', { peer: 'liveavatar' }, 0, 1],
    ['AvatarDatabaseGone', 'database_ready', {}, 1, 0],
    ['PetyaDatabaseGone', 'database_ready', {}, 1, 0],
    ['AvatarEventLoopSlow', 'nodejs_eventloop_lag_p99_seconds', {}, 0.2, 0.21],
    ['PetyaEventLoopSlow', 'nodejs_eventloop_lag_p99_seconds', {}, 0.2, 0.21],
    ['PetyaErasuresPending', 'petya_erasures_oldest_seconds', {}, 3_600, 3_601],
  ])('%s: %s of %j', async (alert, name, labels, calm, wrong) => {
    const job = alert.startsWith('Petya') ? 'petya-avatar-api' : 'ilianaai-avatar';
    // Only bills go by the hour; each value lasts longer than any of them waits.
    const calmMinutes = alert === 'AvatarBillsDiffer' ? WELL_MINUTES : 60;
    const phases = [
      { minutes: calmMinutes, seen: wellBut(name, labels, calm, job) },
      { minutes: 60, seen: wellBut(name, labels, wrong, job) },
    ];
    const expected = [
      { atMinute: calmMinutes - 1, firing: [] },
      { atMinute: calmMinutes + 59, firing: [alert] },
    ];
    expect(await alertFaults(phases, expected)).toBe('');
  });
});

describe('credits that go', () => {
  const hourly = (credits: readonly number[]): Phase[] =>
    credits.map((left) => {
      const seen = wellBut('avatar_vendor_credits', { vendor: 'liveavatar' }, left, JOBS[0]);
      return { minutes: 60, seen };
    });

  it.each<[string, number[], string[]]>([
    ['so fast that none are left in a day', [900, 850, 800, 750, 700], ['AvatarVendorCreditsLow']],
    ['so slowly that they last longer', [5_000, 4_950, 4_900, 4_850, 4_800], []],
    ['no longer', [900, 900, 900, 900, 900], []],
  ])('%s', async (_how, credits, firing) => {
    const phases = hourly(credits);
    const atMinute = credits.length * 60 - 1;
    expect(await alertFaults(phases, [{ atMinute, firing }])).toBe('');
  });
});

describe('an alert is raised where', () => {
  it('Petya is gone', async () => {
    const world = await aWorld({ environment: { CIRCUIT_FAILURES: '3' } });
    await world.petya.stop();
    const unknown = { key: 'SE_0123456789abcdef' };
    const during = async () => {
      for (let visitor = 0; visitor < 6; visitor += 1) {
        expect((await askToken(world.avatar, unknown)).status).toBe(503);
      }
    };
    const seen = await sight({ ...addressesOf(world), 'petya-avatar-api': null }, { during });
    await expectFiring(seen, ['AvatarErrors', 'AvatarPetyaUnreachable', 'PetyaDown']);
  });

  it('the avatar app is gone, and with it who erases', async () => {
    const world = await aWorld();
    const shop = await world.customer();
    const visitorId = await shop.makeVisitor();
    await shop.openConversation({ visitorId });
    await world.avatar.stop();
    await world.petya.admin('DELETE', `/accounts/${shop.accountId}/visitors/${visitorId}`);
    await untilShown(world.petya.baseUrl, 'petya_erasures_pending', (count) => count > 0);
    const seen = await sight(
      { ...addressesOf(world), 'ilianaai-avatar': null },
      { apartMs: AGING_MS },
    );
    await expectFiring(seen, ['AvatarDown', 'PetyaErasuresPending']);
  });

  it('the vendor is gone', async () => {
    const world = await aWorld({
      environment: { CIRCUIT_FAILURES: '3', VENDOR_POLL_SECONDS: '0.5' },
    });
    await world.simulator.close();
    const { baseUrl } = world.avatar;
    const peer = { peer: 'liveavatar' };
    await untilShown(baseUrl, 'avatar_circuit_open', (isOpen) => isOpen === 1, peer);
    await expectFiring(await sight(addressesOf(world)), ['AvatarVendorUnreachable']);
  });

  it('the vendor has hardly any credits left', async () => {
    const world = await aWorld();
    await world.vendor.set({ credits: 150 });
    const replica = await world.another({ database: world.database });
    toStop.push(() => replica.stop());
    await untilShown(replica.baseUrl, 'avatar_vendor_credits', (left) => left === 150);
    const seen = await sight(addressesOf({ ...world, avatar: replica }));
    await expectFiring(seen, ['AvatarVendorCreditsLow']);
  });

  it('the vendor hangs when much is to be ended', async () => {
    const world = await aWorld({ environment: { LEAVE_GRACE_SECONDS: '0.5' } });
    const shop = await world.customer();
    // There are 16 places for one account, each taken for the 10 s that a call may hang.
    const talks = await Promise.all(
      Array.from({ length: 50 }, () => startedVisit(world.avatar, shop)),
    );
    await world.vendor.fault({ route: 'stop', kind: 'hang', times: -1 });
    const during = () => Promise.all(talks.map((talk) => talk.leave()));
    const seen = await sight(addressesOf(world), { during, apartMs: AGING_MS });
    await world.vendor.clearFaults();
    await expectFiring(seen, ['AvatarEndingsLate']);
  });

  it('Petya takes a transcript never', async () => {
    const world = await aWorld();
    const talk = await startedVisit(world.avatar, await world.customer());
    world.double.fault('status', { kind: 'answer', status: 422 }, Infinity);
    await talk.stop();
    await untilShown(world.avatar.baseUrl, 'avatar_deliveries_parked', (count) => count > 0);
    await expectFiring(await sight(addressesOf(world)), ['AvatarDeliveriesParked']);
  });

  it('Petya does not take a transcript yet', async () => {
    const world = await aWorld();
    const talk = await startedVisit(world.avatar, await world.customer());
    world.double.fault('status', { kind: 'answer', status: 404 }, Infinity);
    await talk.stop();
    await untilShown(world.avatar.baseUrl, 'avatar_outbox_oldest_seconds', (age) => age > 0);
    const seen = await sight(addressesOf(world), { apartMs: AGING_MS });
    await expectFiring(seen, ['AvatarOutboxOld']);
  });

  it('the vendor bills what no record knows, once yesterday’s report is final', async () => {
    const world = await aWorld();
    const yesterday = dayBefore(1);
    const times = { startedAt: inDay(yesterday, 0), endedAt: inDay(yesterday, 600) };
    await world.vendor.enter([{ ...times, credits: 20 }]);
    await compared(world.avatar, yesterday);
    const difference = 'avatar_reconcile_difference_seconds';
    await untilShown(world.avatar.baseUrl, difference, (seconds) => seconds === 600);
    const seen = await sight(addressesOf(world));
    await expectFiring(seen, ['AvatarBillsDiffer']);
    const fromMidnight = [{ minutes: 600, seen }];
    const atSix = [
      { atMinute: 359, firing: [] },
      { atMinute: 380, firing: ['AvatarBillsDiffer'] },
    ];
    expect(await alertFaults(fromMidnight, atSix)).toBe('');
  });

  it('calls fail for a reason on our side', async () => {
    const world = await aWorld();
    const shop = await world.customer();
    await world.vendor.fault({ route: 'token', kind: 'status', status: 500, times: -1 });
    const during = async () => {
      for (let visitor = 0; visitor < 5; visitor += 1) {
        expect((await askToken(world.avatar, shop)).status).toBeGreaterThanOrEqual(500);
      }
    };
    await expectFiring(await sight(addressesOf(world), { during }), ['AvatarErrors']);
  });

  it('calls fail, however much else strangers are answered meanwhile', async () => {
    const world = await aWorld({ environment: { CIRCUIT_FAILURES: '100' } });
    const shop = await world.customer();
    const { baseUrl } = world.avatar;
    await world.vendor.fault({ route: 'token', kind: 'status', status: 500, times: -1 });
    const preflight = {
      method: 'OPTIONS',
      headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' },
    };
    const others: [string, RequestInit?][] = [
      ['/nothing'],
      ['/v1/sessions/token', { method: 'POST' }],
      ['/v1/sessions/token', preflight],
      ['/health/live'],
      ['/openapi.json'],
      ['/board'],
      ['/plugin/v1/plugin.js'],
    ];
    const during = async () => {
      for (let visitor = 0; visitor < 5; visitor += 1) {
        expect((await askToken(world.avatar, shop)).status).toBeGreaterThanOrEqual(500);
      }
      for (let each = 0; each < 40; each += 1) {
        // Read to the end: an answer that nobody reads keeps its connection.
        const answers = others.map(async ([path, init]) =>
          (await fetch(`${baseUrl}${path}`, init)).arrayBuffer(),
        );
        await Promise.all(answers);
      }
    };
    await expectFiring(await sight(addressesOf(world), { during }), ['AvatarErrors']);
  });

  it.each<[string, boolean, string[]]>([
    ['whoever is turned away', false, []],
    ['and calls fail for another reason', true, ['AvatarErrors']],
  ])('opening is paused: not for %s', async (_what, isFailing, firing) => {
    const world = await aWorld({ environment: { CIRCUIT_FAILURES: '100' } });
    const shop = await world.customer();
    const waiting = [await visit(world.avatar, shop), await visit(world.avatar, shop)];
    const ordered = await world.avatar.call('PUT', '/api/v1/admin/opening', {
      headers: { authorization: `Bearer ${PETYA_ADMIN_TOKEN}` },
      json: { paused: true },
    });
    expectStatus(ordered, 200);
    if (isFailing) {
      await world.vendor.fault({ route: 'start', kind: 'status', status: 500, times: -1 });
    }
    const during = async () => {
      for (let visitor = 0; visitor < 40; visitor += 1) {
        expect((await askToken(world.avatar, shop)).status).toBe(503);
      }
      for (const each of waiting.splice(0)) {
        const { status } = await each.start();
        expect(status >= 500).toBe(isFailing);
      }
    };
    await expectFiring(await sight(addressesOf(world), { during }), firing);
  });

  it('half as many sessions run at night as by day, and not where fewer do', async () => {
    const world = await aWorld();
    const shop = await world.customer();
    const active = { vendor: 'liveavatar', state: 'active' };
    const talks = await Promise.all(
      Array.from({ length: 8 }, () => startedVisit(world.avatar, shop)),
    );
    const { baseUrl } = world.avatar;
    const seenWith = async (count: number) => {
      await untilShown(baseUrl, 'avatar_sessions', (value) => value === count, active);
      return sight(addressesOf(world));
    };
    const eight = await seenWith(8);
    for (const talk of talks.slice(3)) await talk.stop();
    const three = await seenWith(3);
    const day = 1_440;
    const firing = ['AvatarSessionsAtNight'];
    // From noon on, and on into the night.
    const faults = await alertFaults(
      [
        { minutes: 720, seen: well },
        { minutes: 1_200, seen: eight },
      ],
      [
        { atMinute: day - 1, firing: [] },
        { atMinute: day + 59, firing: [] },
        { atMinute: day + 65, firing },
        { atMinute: day + 305, firing: [] },
      ],
    );
    expect(faults).toBe('');
    const asUsual = await alertFaults(
      [
        { minutes: 720, seen: well },
        { minutes: 720, seen: eight },
        { minutes: 300, seen: three },
      ],
      [{ atMinute: day + 65, firing: [] }],
    );
    expect(asUsual).toBe('');
    fired.add('AvatarSessionsAtNight');
  });

  it('a process has more to do than it can', async () => {
    const world = await aWorld();
    const block = () => {
      const untilMs = performance.now() + 400;
      while (performance.now() < untilMs);
    };
    // All the while: one block between many moments that are calm is no more than that.
    const busy = setInterval(block, 20);
    const seen = await sight(addressesOf(world), { apartMs: 0, ask: scrape }).finally(() =>
      clearInterval(busy),
    );
    await expectFiring(seen, ['AvatarEventLoopSlow', 'PetyaEventLoopSlow']);
  });
});

describe('an alert is raised where the database', () => {
  const databases = [freshDatabase(), freshDatabase()] as const;
  afterAll(() => Promise.all(databases.map((database) => database.drop())));

  /** A replica of each app behind a database that can fall silent. */
  async function behindProxies() {
    const [ofAvatar, ofPetya] = databases;
    const [avatarProxy, petyaProxy] = await Promise.all([
      MuteProxy.open(ofAvatar.uri),
      MuteProxy.open(ofPetya.uri),
    ]);
    const world = await aWorld();
    const avatar = await world.another({ database: { ...ofAvatar, uri: avatarProxy.uri } });
    const petya = await startPetya({
      database: { ...ofPetya, uri: petyaProxy.uri },
      environment: METRICS,
    });
    toStop.push(async () => {
      for (const proxy of [avatarProxy, petyaProxy]) proxy.heal();
      await Promise.all([avatar.stop(), petya.stop()]);
      await Promise.all([avatarProxy.close(), petyaProxy.close()]);
    });
    const addresses = addressesOf({ avatar, petya });
    for (const app of [avatar, petya]) await calmScrape(app.baseUrl);
    return { avatar, petya, avatarProxy, petyaProxy, addresses };
  }

  it('is gone', async () => {
    const { avatar, petya, avatarProxy, petyaProxy, addresses } = await behindProxies();
    for (const proxy of [avatarProxy, petyaProxy]) proxy.mute();
    for (const { baseUrl } of [avatar, petya]) {
      await untilShown(baseUrl, 'database_ready', (isReady) => isReady === 0);
    }
    const seen = await sight(addresses, { apartMs: AGING_MS });
    await expectFiring(seen, ['AvatarDatabaseGone', 'PetyaDatabaseGone']);
  });

  it('answers pings and nothing else', async () => {
    const { petya, avatarProxy, petyaProxy, addresses } = await behindProxies();
    avatarProxy.mute('aggregate');
    petyaProxy.mute('find');
    const during = async () => {
      const headers = { 'x-api-key': 'SE_0123456789abcdef' };
      const calls = Array.from({ length: 8 }, () =>
        petya.call('GET', '/account/config', { headers }),
      );
      for (const { status } of await Promise.all(calls)) expect(status).toBe(503);
    };
    const seen = await sight(addresses, { during, apartMs: AGING_MS });
    await expectFiring(seen, ['AvatarNumbersStale', 'PetyaErrors']);
  });
});

describe('of all alerts', () => {
  it('none is left that no fault was made for', async () => {
    const all = (await Promise.all(JOBS.map(alertsOf))).flat().map(({ alert }) => alert);
    expect([...fired].toSorted()).toEqual(all.toSorted());
  });
});
