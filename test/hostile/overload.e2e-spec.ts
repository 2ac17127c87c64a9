import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { FaultProxy } from '../chaos/fault-proxy.js';
import { startedVisit, type Visit, askToken } from '../ilianaai-avatar/visit.js';
import { startWorld, type World } from '../ilianaai-avatar/world.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { freshDatabase } from '../support/mongo.js';
import { until } from '../support/until.js';

/** The database takes so long for everything, over so few connections: some six tokens a second. */
const COMMAND_MS = 300;
const CONNECTIONS = 12;

/** More than three times that, and not so many that it is the machine which is slow. */
const TOKENS_A_SECOND = 20;
const FLOOD_MS = 8_000;

const TOKEN_MS = 5_000;
const MESSAGE_MS = 3_000;
const STOP_MS = 2_000;
/** What a machine that does other things adds to any time; it was 10 s and more without the gate. */
const MARGIN_MS = 4_000;
const LEAVE_GRACE_MS = 2_000;
const LEAVE_MARGIN_MS = 10_000;
const CALM_AGAIN_MS = 5_000;

const database = freshDatabase();
let proxy: FaultProxy;
let world: World;
let avatar: RunningAvatar;
let shop: Tenant;
let stopping: Visit[];
let leaving: Visit[];
let talking: Visit[];

beforeAll(async () => {
  world = await startWorld();
  const address = new URL(database.uri);
  proxy = await FaultProxy.open(Number(address.port));
  address.port = String(proxy.port);
  // Otherwise the server says itself where it is to be reached.
  address.searchParams.set('directConnection', 'true');
  address.searchParams.set('maxPoolSize', String(CONNECTIONS));
  avatar = await world.another({
    database: { ...database, uri: address.href },
    environment: {
      LEAVE_GRACE_SECONDS: String(LEAVE_GRACE_MS / 1000),
      // As often as every tenth of a second would be most of what the database can do.
      UPKEEP_POLL_SECONDS: '1',
      VENDOR_POLL_SECONDS: '60',
    },
  });
  shop = await world.customer({ limits: { maxConcurrentSessions: 1_000 } });
  const visits: Visit[] = [];
  for (let count = 0; count < 14; count += 1) visits.push(await startedVisit(avatar, shop));
  [stopping, leaving, talking] = [visits.slice(0, 6), visits.slice(6, 10), visits.slice(10)];
  proxy.state.delayMs = COMMAND_MS / 2;
}, 90_000);
afterAll(async () => {
  proxy.heal();
  await avatar.stop();
  await proxy.close();
  await database.drop();
  await world.stop();
}, 90_000);

interface Timed {
  readonly status: number;
  readonly ms: number;
  readonly retryAfter: string | null;
  readonly problem: unknown;
}

async function timed(calling: Promise<{ status: number; headers: Headers; body: unknown }>) {
  const fromMs = performance.now();
  const { status, headers, body } = await calling;
  const problem = status < 400 ? undefined : (body as { type?: unknown }).type;
  const ms = Math.round(performance.now() - fromMs);
  return { status, ms, retryAfter: headers.get('retry-after'), problem } satisfies Timed;
}

/** Calls made at even times while the flood comes. */
async function during<T>(ms: number, count: number, call: (index: number) => Promise<T>) {
  const running: Promise<T>[] = [];
  const fromMs = performance.now();
  for (let index = 0; index < count; index += 1) {
    const waitMs = fromMs + (index * ms) / count - performance.now();
    if (waitMs > 0) await delay(waitMs);
    running.push(call(index));
  }
  return Promise.all(running);
}

describe('many more tokens than the database can open', () => {
  let tokens: Timed[];
  let stops: Timed[];
  let leaves: number[];
  let messages: (Timed & { readonly text: string })[];
  let calmTokenMs: number;
  let room: unknown;

  beforeAll(async () => {
    calmTokenMs = (await timed(askToken(avatar, shop))).ms;
    const flood = during(FLOOD_MS, (FLOOD_MS / 1000) * TOKENS_A_SECOND, () =>
      timed(askToken(avatar, shop)),
    );
    const [stopped, left, said] = await Promise.all([
      during(FLOOD_MS, stopping.length, (index) => timed((stopping[index] as Visit).stop())),
      during(FLOOD_MS / 2, leaving.length, (index) => endAfterLeave(leaving[index] as Visit)),
      during(FLOOD_MS, 3 * talking.length, async (index) => {
        const text = `said-${index}`;
        const talk = talking[index % talking.length] as Visit;
        return { text, ...(await timed(talk.say(text, { message_id: text }))) };
      }),
      delay(FLOOD_MS / 2).then(async () => {
        const ready = await avatar.call('GET', '/health/ready');
        room = [ready.status, (ready.body['checks'] as { room: unknown }).room];
      }),
    ]);
    [tokens, stops, leaves, messages] = [await flood, stopped, left, said];
  }, 90_000);

  async function endAfterLeave(talk: Visit): Promise<number> {
    const fromMs = Date.now();
    expect((await talk.leave()).status).toBe(202);
    const ended = async () => (await world.vendor.session(talk.sessionId)).endedAt;
    return Date.parse(await until('the vendor has stopped it', ended, 60_000)) - fromMs;
  }

  it('are answered in their time, as many as can be, and the others are told when to come', () => {
    const opened = tokens.filter(({ status }) => status === 200);
    expect(opened.length).toBeGreaterThan(2);
    const refused = tokens.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(opened.length);
    expect(refused.filter(({ problem }) => problem !== 'urn:problem:busy')).toEqual([]);
    expect(refused.filter(({ retryAfter }) => !/^([1-9]|10)$/.test(retryAfter ?? ''))).toEqual([]);
    expect(refused.filter(({ ms }) => ms > TOKEN_MS + MARGIN_MS)).toEqual([]);
    expect(opened.filter(({ ms }) => ms > TOKEN_MS + MARGIN_MS)).toEqual([]);
  });

  it('keep nobody from stopping', () => {
    expect(stops.filter(({ status, ms }) => status !== 200 || ms > STOP_MS + MARGIN_MS)).toEqual(
      [],
    );
  });

  it('keep no session running that was left', () => {
    expect(leaves.filter((ms) => ms > LEAVE_GRACE_MS + LEAVE_MARGIN_MS)).toEqual([]);
  });

  it('keep nobody from talking, and nothing that was acknowledged is lost', async () => {
    expect(messages.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
    expect(messages.filter(({ ms }) => ms > MESSAGE_MS + MARGIN_MS)).toEqual([]);
    const stored = messages.filter(({ status }) => status === 200);
    expect(stored.length).toBeGreaterThan(0);
    // They go before tokens.
    const opened = tokens.filter(({ status }) => status === 200);
    expect(stored.length / messages.length).toBeGreaterThan(opened.length / tokens.length);
    const kept = (await Promise.all(talking.map((talk) => talk.lines()))).flat();
    for (const { text } of stored) expect(kept).toContain(`avatar: ${text}`);
  });

  it('are told to the balancer, which goes on sending', () => {
    expect(room).toEqual([200, 'down']);
  });

  it('are forgotten within five seconds', async () => {
    await until(
      'there is room',
      async () => {
        const { body } = await avatar.call('GET', '/health/ready');
        return (body['checks'] as { room: unknown }).room === 'up';
      },
      CALM_AGAIN_MS,
    );
    const again = await timed(askToken(avatar, shop));
    expect(again.status).toBe(200);
    expect(again.ms).toBeLessThan(3 * calmTokenMs + MARGIN_MS);
  });
});
