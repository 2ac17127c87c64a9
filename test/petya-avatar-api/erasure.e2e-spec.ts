import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { RetentionService } from '../../apps/petya-avatar-api/src/erasure/retention/retention.service.js';
import { VisitorRemovalRepository } from '../../apps/petya-avatar-api/src/erasure/visitor-removal.repository.js';
import { freshDatabase } from '../support/mongo.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { expectProblem } from '../support/expect-problem.js';
import { deliver, makeTenant, type Tenant, turn } from './tenant.js';

let petya: RunningPetya;
let tenant: Tenant;

beforeAll(async () => {
  petya = await startPetya();
});
afterAll(() => petya.stop());
beforeEach(async () => {
  tenant = await makeTenant(petya, { retentionDays: 30 });
});

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
const sweep = (now: Date, app = petya) => app.app.get(RetentionService).sweep(now);

/** A conversation with a visitor, a message and a delivered turn. */
async function fill(owner: Tenant): Promise<{ id: string; visitorId: string }> {
  const visitorId = await owner.makeVisitor({ name: 'Ada' });
  const id = await owner.openConversation({ visitorId });
  await owner.post(id, 'hello');
  const transcript = [turn('user', 'said', 1_760_000_000)];
  await deliver(petya, id, { sessionId: 'session', status: 'completed', transcript });
  return { id, visitorId };
}

async function counts(owner: Tenant): Promise<number[]> {
  const names = ['conversations', 'messages', 'visitors'];
  const { accountId } = owner;
  return Promise.all(
    names.map((name) => petya.connection.collection(name).countDocuments({ accountId })),
  );
}

describe('retention', () => {
  it('removes what had no activity for longer than the account keeps it', async () => {
    const { id } = await fill(tenant);
    await sweep(inDays(29));
    expect(await counts(tenant)).toEqual([1, 1, 1]);
    await sweep(inDays(31));
    expect(await counts(tenant)).toEqual([0, 0, 0]);
    expectProblem(
      await tenant.call('GET', `/conversations/userConversation/${id}`),
      404,
      'not_found',
    );
  });

  it('leaves accounts alone that set no retention', async () => {
    const keeper = await makeTenant(petya);
    await fill(keeper);
    await sweep(inDays(3000));
    expect(await counts(keeper)).toEqual([1, 1, 1]);
  });

  it.each([
    ['a message', (id: string) => tenant.post(id, 'again')],
    [
      'a delivery',
      (id: string) => deliver(petya, id, { sessionId: 'later', status: 'active', transcript: [] }),
    ],
    [
      'a change of status',
      (id: string) =>
        tenant.call('PATCH', `/conversations/userConversation/${id}/status`, { status: 'active' }),
    ],
  ])('counts from the last activity, here %s', async (_name, act) => {
    const { id } = await fill(tenant);
    const long = new Date(Date.now() - 40 * DAY_MS);
    await petya.connection
      .collection('conversations')
      .updateMany({ accountId: tenant.accountId }, { $set: { lastActivityAt: long } });
    await act(id);
    await sweep(new Date());
    expect((await counts(tenant))[0]).toBe(1);
  });

  it('keeps a visitor whose conversation is still kept', async () => {
    await fill(tenant);
    const long = new Date(Date.now() - 40 * DAY_MS);
    await petya.connection
      .collection('visitors')
      .updateMany({ accountId: tenant.accountId }, { $set: { lastSeenAt: long } });
    await sweep(new Date());
    expect(await counts(tenant)).toEqual([1, 1, 1]);
  });

  it('removes many in two replicas at once without an error', async () => {
    const now = new Date();
    const records = Array.from({ length: 350 }, (_unused, index) => ({
      accountId: tenant.accountId,
      externalId: `old-${index}`,
      layout: 1,
      lastActivityAt: new Date(now.getTime() - 31 * DAY_MS),
    }));
    await petya.connection.collection('conversations').insertMany(records);
    await Promise.all([sweep(now), sweep(now), sweep(now)]);
    expect((await counts(tenant))[0]).toBe(0);
  });

  it('finishes what an earlier sweep left half done', async () => {
    await fill(tenant);
    // As after a crash between the mark and the removal of the messages.
    await petya.connection
      .collection('conversations')
      .updateMany({ accountId: tenant.accountId }, { $set: { removingAt: new Date() } });
    await sweep(new Date());
    expect((await counts(tenant)).slice(0, 2)).toEqual([0, 0]);
  });

  it('takes a conversation out of everybody’s reach before its messages go', async () => {
    const { id } = await fill(tenant);
    const conversations = petya.connection.collection('conversations');
    await conversations.updateMany(
      { accountId: tenant.accountId },
      { $set: { removingAt: new Date() } },
    );
    const marked = await conversations.find({ accountId: tenant.accountId }).toArray();
    expect(marked).toHaveLength(1);
    const path = `/conversations/userConversation/${id}`;
    expectProblem(await tenant.call('GET', path), 404, 'not_found');
    const status = { status: 'completed' };
    expectProblem(await tenant.call('PATCH', `${path}/status`, status), 404, 'not_found');
    expectProblem(await tenant.post(id, 'too late'), 404, 'not_found');
    const delivery = { sessionId: 's', status: 'completed', transcript: [] };
    expectProblem(await deliver(petya, id, delivery), 404, 'not_found');
    expect(await conversations.find({ accountId: tenant.accountId }).toArray()).toEqual(marked);
  });

  it('spares a visitor who came back between the look and the removal', async () => {
    const visitorId = await tenant.makeVisitor();
    const visitors = petya.app.get(VisitorRemovalRepository);
    expect(await visitors.removeUnseen(tenant.accountId, [visitorId], inDays(-1))).toBe(0);
    expect(await visitors.removeUnseen(tenant.accountId, [visitorId], inDays(1))).toBe(1);
  });

  it('runs by itself', async () => {
    const database = freshDatabase();
    const own = await startPetya({ database, environment: { RETENTION_SWEEP_SECONDS: '0.05' } });
    const { accountId } = await makeTenant(own, { retentionDays: 1 });
    const conversations = own.connection.collection('conversations');
    await conversations.insertOne({ accountId, layout: 1, lastActivityAt: inDays(-2) });
    const deadline = Date.now() + 10_000;
    while ((await conversations.countDocuments({ accountId })) > 0 && Date.now() < deadline) {
      await delay(20);
    }
    expect(await conversations.countDocuments({ accountId })).toBe(0);
    await own.stop();
    await database.drop();
  });
});

describe('erasing a visitor', () => {
  it('takes their conversations and messages away and nothing else', async () => {
    const { id, visitorId } = await fill(tenant);
    const other = await fill(tenant);
    const path = `/accounts/${tenant.accountId}/visitors/${visitorId}`;
    const answer = await petya.admin('DELETE', path);
    expect([answer.status, answer.body]).toEqual([
      200,
      { visitors: 1, conversations: 1, messages: 1 },
    ]);
    expectProblem(
      await tenant.call('GET', `/conversations/userConversation/${id}`),
      404,
      'not_found',
    );
    expectProblem(await tenant.call('POST', '/visitors/init', { visitorId }), 404, 'not_found');
    expect((await tenant.read(other.id)).messages).toHaveLength(1);
    expect(await counts(tenant)).toEqual([1, 1, 1]);
    expectProblem(await petya.admin('DELETE', path), 404, 'not_found');
  });

  it("does not reach another account's visitor", async () => {
    const stranger = await makeTenant(petya);
    const { visitorId } = await fill(stranger);
    const path = `/accounts/${tenant.accountId}/visitors/${visitorId}`;
    expectProblem(await petya.admin('DELETE', path), 404, 'not_found');
    expect(await counts(stranger)).toEqual([1, 1, 1]);
  });

  it('leaves no message behind that was posted at the same instant', async () => {
    const visitorId = await tenant.makeVisitor();
    const id = await tenant.openConversation({ visitorId });
    const posts = Array.from({ length: 40 }, (_unused, index) => tenant.post(id, `m ${index}`));
    const path = `/accounts/${tenant.accountId}/visitors/${visitorId}`;
    const [erased, ...answers] = await Promise.all([petya.admin('DELETE', path), ...posts]);
    expect(erased.status).toBe(200);
    for (const { status } of answers) expect([201, 404]).toContain(status);
    expect(await counts(tenant)).toEqual([0, 0, 0]);
  });

  it('is not undone by a session that was live then and delivers later', async () => {
    const visitorId = await tenant.makeVisitor();
    const id = await tenant.openConversation({ visitorId, externalId: 'order-9' });
    await petya.admin('DELETE', `/accounts/${tenant.accountId}/visitors/${visitorId}`);
    for (const name of [id, 'order-9']) {
      const answer = await deliver(petya, name, {
        sessionId: 'live-then',
        accountId: tenant.accountId,
        status: 'completed',
        transcript: [turn('user', 'must not come back', 1_760_000_000)],
      });
      expectProblem(answer, 410, 'erased');
    }
    expect((await counts(tenant))[0]).toBe(0);
  });

  it('that stopped half-way is finished by the next sweep', async () => {
    const { visitorId } = await fill(tenant);
    await petya.connection
      .collection('visitors')
      .updateOne({ accountId: tenant.accountId }, { $set: { removingAt: new Date() } });
    expectProblem(await tenant.call('POST', '/visitors/init', { visitorId }), 404, 'not_found');
    await sweep(new Date());
    expect(await counts(tenant)).toEqual([0, 0, 0]);
  });
});

describe('removing an account', () => {
  it('leaves no message behind whose conversation was gone when it came', async () => {
    const { id } = await fill(tenant);
    await petya.connection
      .collection<{ _id: string }>('conversations')
      .deleteOne({ _id: id, accountId: tenant.accountId });
    await petya.admin('DELETE', `/accounts/${tenant.accountId}?force=true`);
    expect(await counts(tenant)).toEqual([0, 0, 0]);
  });

  it('that stopped half-way is finished by the next sweep', async () => {
    await fill(tenant);
    await petya.connection
      .collection('accounts')
      .updateOne({ retentionDays: 30, removingAt: null }, { $set: { removingAt: new Date() } });
    const removing = petya.connection
      .collection('accounts')
      .find({ removingAt: { $exists: true } });
    expect(await removing.toArray()).toHaveLength(1);
    await sweep(new Date());
    expect(
      await petya.connection
        .collection('accounts')
        .countDocuments({ removingAt: { $exists: true } }),
    ).toBe(0);
  });
});
