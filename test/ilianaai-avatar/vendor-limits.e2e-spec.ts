import { afterEach, describe, expect, it } from '@jest/globals';
import type { RunningAvatar } from '../support/avatar-app.js';
import { until } from '../support/until.js';
import { askToken, startedVisit, visit, type Visit } from './visit.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { AVATAR_ID, CONTEXT_ID, startWorld, type World } from './world.js';

/** As strict as the vendor: so many calls of a key to an endpoint in a second. */
const LIMIT = 10;

let world: World;
const others: RunningAvatar[] = [];

afterEach(async () => {
  await Promise.all(others.splice(0).map((other) => other.stop()));
  await world.stop();
});

/** Nobody else calls the vendor with the key, or counts there. */
async function aloneWith(environment: Readonly<Record<string, string>>): Promise<void> {
  world = await startWorld({ environment });
}

/** Another replica on the same records. */
async function anotherWith(environment: Readonly<Record<string, string>>): Promise<RunningAvatar> {
  const other = await world.another({ database: world.database, environment });
  others.push(other);
  return other;
}

async function refusedForTooMany(): Promise<number> {
  return (await world.vendor.summary()).byStatus['429'] ?? 0;
}

function many<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, make));
}

describe('the rate of calls with our key', () => {
  it("keeps to the vendor's limit when many sessions come and go at once", async () => {
    await aloneWith({ VENDOR_CALLS_PER_SECOND: String(LIMIT) });
    const shop = await world.customer();
    await world.vendor.set({ rateLimitPerSecond: LIMIT });
    const visits = await many(25, () => startedVisit(world.avatar, shop));
    await Promise.all(visits.map(({ stop }) => stop()));
    for (const { untilState } of visits) await untilState('delivered');
    expect(await refusedForTooMany()).toBe(0);
  });

  it('loses nothing where the vendor allows less than is set: all slow down', async () => {
    await aloneWith({ VENDOR_CALLS_PER_SECOND: '100' });
    const shop = await world.customer();
    await world.vendor.set({ rateLimitPerSecond: 4 });
    const visits = await many(10, () => startedVisit(world.avatar, shop));
    await Promise.all(visits.map(({ stop }) => stop()));
    for (const { untilState } of visits) await untilState('delivered');
    expect(await refusedForTooMany()).toBeGreaterThan(0);
  });

  it('refuses a token that would wait too long, and says when to come back', async () => {
    await aloneWith({ VENDOR_CALLS_PER_SECOND: '1' });
    const shop = await world.customer();
    const answers = await many(12, () => askToken(world.avatar, shop));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expectProblem(answer, 503, 'vendor_busy');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(5);
    }
  });

  it('lets long records be read whole, though their pages wait for longer than a lease', async () => {
    await aloneWith({ VENDOR_CALLS_PER_SECOND: '4', LEASE_SECONDS: '2' });
    await world.vendor.set({ transcriptPageSize: 2 });
    const shop = await world.customer();
    const visits = await many(2, () => startedVisit(world.avatar, shop));
    const spoken = Array.from({ length: 20 }, (_unused, index) => `Line ${index}.`);
    const begun = Math.floor(Date.now() / 1000);
    const lines = spoken.map((transcript, index) => ({
      role: 'avatar',
      transcript,
      absolute_timestamp: begun + index,
      relative_timestamp: index,
    }));
    for (const { sessionId } of visits) await world.vendor.addRawLines(sessionId, lines);
    await Promise.all(visits.map(({ stop }) => stop()));
    for (const talk of visits) {
      await talk.untilState('delivered');
      expect(await talk.lines()).toEqual(spoken.map((text) => `avatar: ${text}`));
    }
  });

  it('watches over 500 sessions without a call that the vendor refuses', async () => {
    await aloneWith({ VENDOR_POLL_SECONDS: '600' });
    const shop = await world.customer({ limits: { maxConcurrentSessions: 500 } });
    await world.vendor.set({ concurrencyLimit: 500 });
    for (let opened = 0; opened < 500; opened += 25) {
      await many(25, () => startedVisit(world.avatar, shop));
    }
    await world.avatar.stop();
    await world.vendor.set({ rateLimitPerSecond: LIMIT });
    const looks = async () => (await world.vendor.summary()).byRoute['session'] ?? 0;
    const before = await looks();
    const watcher = await anotherWith({ VENDOR_CALLS_PER_SECOND: String(LIMIT) });
    // All of them are due at once.
    watcher.advance(601);
    await until('many were looked at', async () => (await looks()) - before > 60, 60_000);
    expect(await refusedForTooMany()).toBe(0);
    expect((await world.vendor.summary()).sessions.active).toBe(500);
  });
});

describe("the vendor's own number of sessions", () => {
  const FEW = { VENDOR_MAX_SESSIONS: '4' };

  it('is never passed, and who finds it full is told when to come back', async () => {
    await aloneWith(FEW);
    const [one, other] = [await world.customer(), await world.customer()];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => askToken(world.avatar, index % 2 ? one : other)),
    );
    const given = answers.filter(({ status }) => status === 200);
    expect(given).toHaveLength(4);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expectProblem(answer, 503, 'vendor_full');
      // Those before it hold their places for half a minute unless they are started.
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(20);
    }
  });

  it('is shared: an account that waits has the next place, whoever asks first', async () => {
    await aloneWith(FEW);
    const [busy, quiet] = [await world.customer(), await world.customer()];
    const visits: Visit[] = [];
    for (let index = 0; index < 4; index += 1) visits.push(await startedVisit(world.avatar, busy));
    expectProblem(await askToken(world.avatar, quiet), 503, 'vendor_full');
    await visits[0]?.stop();
    await visits[0]?.untilState('delivered');
    expectProblem(await askToken(world.avatar, busy), 503, 'vendor_full');
    // On another replica, too: it is the records that say who waits.
    const replica = await anotherWith({});
    expectProblem(await askToken(replica, busy), 503, 'vendor_full');
    const late = await startedVisit(replica, quiet);
    await late.stop();
    await late.untilState('delivered');
    expect((await askToken(world.avatar, busy)).status).toBe(200);
  });

  it('counts a session that its visitor replaces once', async () => {
    await aloneWith({ VENDOR_MAX_SESSIONS: '1' });
    const shop = await world.customer();
    await startedVisit(world.avatar, shop, { visitor_id: 'ada' });
    const again = await startedVisit(world.avatar, shop, { visitor_id: 'ada' });
    expect((await again.view()).state).toBe('active');
  });
});

describe('a vendor without credits', () => {
  async function credits(): Promise<unknown> {
    const answer = await world.avatar.call<{ checks: unknown }>('GET', '/health/ready');
    expect(answer.status).toBe(200);
    return answer.body.checks;
  }

  it('is named in health from the refused start until one succeeds', async () => {
    await aloneWith({});
    const shop = await world.customer({
      avatar: { avatarId: AVATAR_ID, knowledgeBaseId: CONTEXT_ID },
    });
    expect(await credits()).toMatchObject({ liveavatar: 'up', liveavatar_credits: 'up' });
    await world.vendor.set({ credits: 0 });
    const { start } = await visit(world.avatar, shop);
    expectProblem(await start(), 503, 'vendor_quota');
    expect(await credits()).toMatchObject({ liveavatar: 'up', liveavatar_credits: 'down' });
    await world.vendor.set({ credits: 1_000 });
    await startedVisit(world.avatar, shop);
    expect(await credits()).toMatchObject({ liveavatar_credits: 'up' });
  });

  it('is named when it ends what runs, which says why it has ended', async () => {
    await aloneWith({ VENDOR_POLL_SECONDS: '0.4' });
    const talk = await startedVisit(world.avatar, await world.customer());
    await world.vendor.end(talk.sessionId, 'NO_CREDITS');
    expect(await talk.untilState('delivered')).toMatchObject({ end_reason: 'no_credits' });
    expect(await credits()).toMatchObject({ liveavatar_credits: 'down' });
  });
});
