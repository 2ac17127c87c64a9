import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FaultProxy } from '../chaos/fault-proxy.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { seeFirstAnswers } from '../support/json-client.js';
import { until } from '../support/until.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { startedVisit, visit, type Visit, visitOf } from './visit.js';
import { startWorld, type World } from './world.js';

seeFirstAnswers();

/** Longer than somebody who does not know that its session runs has for coming back. */
const WAITED_SECONDS = 6;

/** The default. */
const LEAVE_GRACE_SECONDS = 20;

/** Longest for what is done by itself, on a busy machine. */
const DONE_MS = 15_000;

let world: World;
let shop: Tenant;
/** Reaches its database through the proxy. */
let replica: RunningAvatar;
let proxy: FaultProxy;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer();
  const uri = new URL(world.database.uri);
  proxy = await FaultProxy.open(Number(uri.port));
  uri.port = String(proxy.port);
  // Otherwise the server says itself where it is to be reached.
  uri.searchParams.set('directConnection', 'true');
  replica = await world.another({ database: { ...world.database, uri: uri.href } });
});
afterAll(async () => {
  await replica.stop();
  await proxy.close();
  await world.stop();
});

/** The visitor of a session, calling the replica behind the proxy. */
function thereOf({ sessionId, token }: Visit): Visit {
  return visitOf(replica, { session_id: sessionId, session_token: token });
}

function advance(seconds: number): void {
  for (const each of [world.avatar, replica]) each.advance(seconds);
}

function recordOf({ sessionId }: Visit, members: object) {
  const sessions = world.avatar.connection.collection('sessions');
  const filter = { accountId: shop.accountId, vendorSessionId: sessionId, ...members };
  return until(
    `the record has ${JSON.stringify(members)}`,
    () => sessions.findOne(filter),
    DONE_MS,
  );
}

async function untilStopped({ sessionId }: Visit): Promise<void> {
  await until(
    'the vendor has stopped it',
    async () => (await world.vendor.session(sessionId)).state === 'ended',
    DONE_MS,
  );
}

/** Asks for a start and hangs up as soon as something is so. */
async function hangUpWhen({ token }: Visit, isSo: () => Promise<unknown>): Promise<void> {
  const hangUp = new AbortController();
  const answer = fetch(`${replica.baseUrl}/v1/sessions/start`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    signal: hangUp.signal,
  });
  const given = expect(answer).rejects.toThrow('aborted');
  await isSo();
  hangUp.abort();
  await given;
}

describe('a start whose caller hangs up', () => {
  const faults = {
    'while the vendor opens it': async ({ sessionId }: Visit) => {
      await world.vendor.fault({ route: 'start', kind: 'delay', delayMs: 300 });
      return async () => {
        const hasStarted = async () => (await world.vendor.session(sessionId)).starts === 1;
        await until('the vendor is asked', hasStarted);
      };
    },
    'while it is written': async (opened: Visit) => {
      proxy.state.delayMs = 200;
      return async () => {
        await recordOf(opened, { state: 'starting' });
        proxy.state.delayMs = 0;
      };
    },
  };

  it.each(Object.entries(faults))('%s is ended, since nobody waits for it', async (_, fault) => {
    const opened = await visit(replica, shop);
    await hangUpWhen(opened, await fault(opened));
    await recordOf(opened, { leftAt: { $ne: null } });
    advance(WAITED_SECONDS);
    await untilStopped(opened);
    await recordOf(opened, { endReason: 'visitor_left' });
  });

  it.each(Object.entries(faults))('%s is its own where it asks again', async (_, fault) => {
    const opened = await visit(replica, shop);
    await hangUpWhen(opened, await fault(opened));
    expect((await opened.start()).status).toBe(201);
    await recordOf(opened, { state: 'active', leftAt: null, stop: null });
    expect((await world.vendor.session(opened.sessionId)).starts).toBe(1);
  });
});

describe('a start that was recorded and answered 503', () => {
  async function halfStarted(): Promise<Visit> {
    const opened = await visit(replica, shop);
    proxy.state.isMute = true;
    const answer = opened.start();
    await recordOf(opened, { state: 'starting' });
    proxy.heal();
    expectProblem(await answer, 503, 'unavailable');
    return opened;
  }

  it('gives its slot back soon', async () => {
    const opened = await halfStarted();
    await recordOf(opened, { state: 'failed', endReason: 'no_show' });
    expect(await world.vendor.session(opened.sessionId)).toMatchObject({ billedSeconds: 0 });
  });

  it('goes on where its caller asks again', async () => {
    const opened = await halfStarted();
    expect((await opened.start()).status).toBe(201);
    await recordOf(opened, { state: 'active', leftAt: null });
  });
});

describe('while the database cannot be asked', () => {
  it.each(['leave', 'stop'] as const)(
    'a %s of a session that this replica does not know is done when it is back',
    async (how) => {
      const opened = await startedVisit(world.avatar, shop);
      proxy.state.isCut = true;
      proxy.reset();
      expectProblem(await thereOf(opened)[how](), 503, 'unavailable');
      proxy.heal();
      if (how === 'leave') {
        await recordOf(opened, { leftAt: { $ne: null } });
        advance(LEAVE_GRACE_SECONDS);
      }
      await untilStopped(opened);
    },
  );
});
