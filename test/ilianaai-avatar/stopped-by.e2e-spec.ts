import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AdminSessionDto, AdminSessionPageDto } from '#contracts';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { until } from '../support/until.js';
import { startedVisit, visit, type Visit } from './visit.js';
import { startWorld, type World } from './world.js';

const OPERATOR = { authorization: `Bearer ${PETYA_ADMIN_TOKEN}` };
const PATH = '/api/v1/admin/sessions';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld({ environment: { ADMIN_TOKEN: PETYA_ADMIN_TOKEN } });
  shop = await world.customer({ limits: { maxConcurrentSessions: 100 } });
});
afterAll(() => world.stop());

async function ownId({ sessionId }: Visit): Promise<string> {
  const sessions = world.avatar.connection.collection<{ _id: string }>('sessions');
  const record = await sessions.findOne({ vendorSessionId: sessionId });
  return record?._id ?? 'no record';
}

/** Ends a session as the operator does, which shows it also where it has ended. */
async function byOperator(talk: Visit): Promise<AdminSessionDto> {
  const path = `${PATH}/${await ownId(talk)}/stop`;
  const answer = await world.avatar.call<AdminSessionDto>('POST', path, { headers: OPERATOR });
  expect(answer.status).toBe(200);
  return answer.body;
}

async function byKey({ sessionId }: Visit, key: string): Promise<void> {
  const answer = await world.avatar.call('POST', '/v1/sessions/stop', {
    headers: { 'x-api-key': key },
    json: { session_id: sessionId },
  });
  expect(answer.status).toBe(200);
}

describe('who has ended a session', () => {
  it.each([
    ['operator', 'operator', (talk: Visit): Promise<unknown> => byOperator(talk)],
    ['visitor', 'visitor_ended', (talk: Visit): Promise<unknown> => talk.stop()],
    [
      'customer',
      'visitor_ended',
      async (talk: Visit): Promise<unknown> => byKey(talk, await shop.secretKey()),
    ],
    ['customer', 'visitor_ended', (talk: Visit): Promise<unknown> => byKey(talk, shop.key)],
  ] as const)('is whoever wanted it first: the %s, for %s', async (stoppedBy, endReason, end) => {
    const talk = await startedVisit(world.avatar, shop);
    await end(talk);
    // Somebody else wants it, too.
    await talk.stop();
    await byKey(talk, await shop.secretKey());
    await byOperator(talk);
    await talk.untilState('delivered');
    expect(await byOperator(talk)).toMatchObject({ stoppedBy, endReason });
  });

  it('is the visitor that said goodbye, and the gateway where nobody was heard of', async () => {
    const [polite, silent] = [
      await startedVisit(world.avatar, shop),
      await startedVisit(world.avatar, shop),
    ];
    await polite.leave();
    await silent.keepAlive({ next_within_s: 5 });
    world.avatar.advance(60);
    for (const [talk, stoppedBy] of [
      [polite, 'visitor'],
      [silent, 'gateway'],
    ] as const) {
      await talk.untilState('delivered');
      expect(await byOperator(talk)).toMatchObject({ stoppedBy, endReason: 'visitor_left' });
    }
  });

  it('is the vendor that ended it by itself', async () => {
    const talk = await startedVisit(world.avatar, shop);
    await world.vendor.end(talk.sessionId, 'USER_DISCONNECTED');
    world.avatar.advance(60);
    await talk.untilState('delivered');
    expect(await byOperator(talk)).toMatchObject({ stoppedBy: 'vendor' });
  });

  it('is the gateway where the same visitor begins anew', async () => {
    const own = await world.customer({ sameVisitor: 'replace' });
    const names = { visitor_id: 'visitor-by-name' };
    const first = await startedVisit(world.avatar, own, names);
    await visit(world.avatar, own, names);
    await first.untilState('delivered');
    const shown = await byOperator(first);
    expect(shown).toMatchObject({ stoppedBy: 'gateway', endReason: 'replaced' });
  });

  it('is nobody of one that runs; its times and its cost stand beside', async () => {
    const talk = await startedVisit(world.avatar, shop);
    const headers = OPERATOR;
    const list = await world.avatar.call<AdminSessionPageDto>('GET', `${PATH}?limit=100`, {
      headers,
    });
    const running = list.body.items.find(({ sessionId }) => sessionId === talk.sessionId);
    expect(running).toMatchObject({ stoppedBy: null, billed: null });
    expect(Object.keys(running?.enteredAt ?? {})).toEqual([
      'creating',
      'created',
      'starting',
      'active',
    ]);
    await talk.stop();
    await talk.untilState('delivered');
    const over = await until('its cost is known', async () => {
      const shown = await byOperator(talk);
      return shown.billed ? shown : null;
    });
    expect(over.billed).toEqual({
      seconds: expect.any(Number),
      credits: expect.any(Number),
      source: 'vendor',
    });
    const times = Object.values(over.enteredAt);
    expect(times).toEqual([...times].sort());
    expect(over.enteredAt).toMatchObject({ delivered: expect.any(String), ...running?.enteredAt });
  });
});
