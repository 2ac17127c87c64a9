import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { until } from '../support/until.js';
import { expectProblem, pointers } from './vendor-shaped-problem.js';
import { askToken, type Visit, visitOf } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer();
});
afterEach(() => world.vendor.clearFaults());
afterAll(() => world.stop());

function ask(key: string, json: unknown = {}, tenant = shop) {
  return askToken(world.avatar, tenant, json, { 'idempotency-key': key });
}

async function vendorTokens(): Promise<number> {
  return (await world.vendor.summary()).byRoute['token'] ?? 0;
}

describe('a token request with an Idempotency-Key', () => {
  it('gives the same session again, with a token that works', async () => {
    const before = await vendorTokens();
    const first = await ask('effect-1');
    const second = await ask('effect-1');
    expect(second.status).toBe(200);
    expect(second.body.data.session_id).toBe(first.body.data.session_id);
    expect(await vendorTokens()).toBe(before + 1);
    expect((await visitOf(world.avatar, second.body.data).start()).status).toBe(201);
    expect((await visitOf(world.avatar, first.body.data).start()).status).toBe(201);
  });

  it('is refused with another body', async () => {
    await ask('effect-2', { conversation_id: 'one' });
    const other = await ask('effect-2', { conversation_id: 'two' });
    expectProblem(other, 422, 'idempotency_mismatch', { notEchoed: ['effect-2', 'two'] });
    const same = await ask('effect-2', { conversation_id: 'one' });
    expect(same.status).toBe(200);
  });

  it('means the same with a member that is null and one that is left out', async () => {
    const first = await ask('effect-3', {});
    const second = await ask('effect-3', { conversation_id: null });
    expect(second.body.data.session_id).toBe(first.body.data.session_id);
  });

  it('is told to wait while the first one runs, and opens one session', async () => {
    await world.vendor.fault({ route: 'token', kind: 'delay', delayMs: 3_000 });
    const before = await vendorTokens();
    const first = ask('effect-4');
    await until('the vendor is asked', async () => (await vendorTokens()) > before);
    const second = await ask('effect-4');
    expectProblem(second, 409, 'idempotency_running');
    expect(second.headers.get('retry-after')).toBe('1');
    const { session_id } = (await first).body.data;
    expect((await ask('effect-4')).body.data.session_id).toBe(session_id);
    expect(await vendorTokens()).toBe(before + 1);
  });

  it('twice at the same instant opens one session', async () => {
    const before = await vendorTokens();
    const answers = await Promise.all([ask('effect-5'), ask('effect-5'), ask('effect-5')]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(200);
    expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
    expect(await vendorTokens()).toBe(before + 1);
  });

  it('gives the same session again when no slot is left for another', async () => {
    const single = await world.customer({ limits: { maxConcurrentSessions: 1 } });
    const first = await ask('full-1', {}, single);
    expect((await ask('full-1', {}, single)).body.data.session_id).toBe(first.body.data.session_id);
    expectProblem(await ask('full-2', {}, single), 429, 'account_full');
  });

  it.each(['replace', 'refuse'] as const)(
    'is no second visit of its visitor, whom the account would %s',
    async (sameVisitor) => {
      const tenant = await world.customer({ sameVisitor });
      const body = { visitor_id: 'visitor-1' };
      const first = await ask('visit-1', body, tenant);
      const talk = visitOf(world.avatar, first.body.data);
      await talk.start();
      const again = await ask('visit-1', body, tenant);
      expect([again.status, again.body.data.session_id]).toEqual([200, talk.sessionId]);
      expect(await talk.view()).toMatchObject({ state: 'active' });
    },
  );

  it('that comes late ends nothing that its visitor has begun since', async () => {
    const tenant = await world.customer({ sameVisitor: 'replace' });
    const body = { visitor_id: 'visitor-1' };
    const first = visitOf(world.avatar, (await ask('late-1', body, tenant)).body.data);
    await first.start();
    await first.stop();
    const second = visitOf(world.avatar, (await ask('late-2', body, tenant)).body.data);
    await second.start();
    expect((await ask('late-1', body, tenant)).body.data.session_id).toBe(first.sessionId);
    expect(await second.view()).toMatchObject({ state: 'active' });
  });

  it('may be tried again after the first one failed', async () => {
    await world.vendor.fault({ route: 'token', kind: 'reset' });
    expectProblem(await ask('effect-6'), 502, 'vendor_unreachable');
    expect((await ask('effect-6')).status).toBe(200);
  });

  it.each([
    ['was stopped', (talk: Visit) => talk.stop()],
    [
      'could not be started',
      async (talk: Visit) => {
        await world.vendor.fault({ route: 'start', kind: 'reset' });
        await talk.start();
      },
    ],
  ])('is free again when its session %s before it ran, for any body', async (why, fail) => {
    const key = why.replaceAll(' ', '-');
    const first = visitOf(world.avatar, (await ask(key, { conversation_id: 'one' })).body.data);
    await fail(first);
    await first.untilState('failed');
    const second = await ask(key, { conversation_id: 'two' });
    expect([second.status, second.body.data.session_id === first.sessionId]).toEqual([200, false]);
    expect((await visitOf(world.avatar, second.body.data).start()).status).toBe(201);
    expect((await ask(key, { conversation_id: 'two' })).body.data).toMatchObject({
      session_id: second.body.data.session_id,
    });
  });

  it('belongs to its account alone', async () => {
    const other = await world.customer();
    const mine = await ask('effect-7');
    const theirs = await ask('effect-7', { conversation_id: 'another' }, other);
    expect(theirs.status).toBe(200);
    expect(theirs.body.data.session_id).not.toBe(mine.body.data.session_id);
  });

  it.each(['', 'x'.repeat(201), 'with space', 'tab\there'])(
    'is refused when it is %j',
    async (key) => {
      const answer = await ask(key);
      expectProblem(answer, 422, 'invalid_input');
      expect(pointers(answer)).toEqual(['/idempotency-key']);
    },
  );

  it('is ignored on every other route', async () => {
    const { body } = await ask('effect-8');
    const talk = visitOf(world.avatar, body.data, { 'idempotency-key': 'effect-8' });
    expect((await talk.start()).status).toBe(201);
    expect((await talk.say('one')).status).toBe(200);
    expect((await talk.say('two')).status).toBe(200);
    expect((await talk.keepAlive()).status).toBe(200);
    expect(await talk.lines()).toEqual(['avatar: one', 'avatar: two']);
    expect((await talk.stop()).status).toBe(200);
  });
});
