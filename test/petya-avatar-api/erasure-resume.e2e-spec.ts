import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { Types } from 'mongoose';
import { ApiKeysService } from '../../apps/petya-avatar-api/src/api-keys/api-keys.service.js';
import { ConversationRemovalService } from '../../apps/petya-avatar-api/src/erasure/conversation-removal.service.js';
import { ErasureService } from '../../apps/petya-avatar-api/src/erasure/erasure.service.js';
import { RetentionService } from '../../apps/petya-avatar-api/src/erasure/retention/retention.service.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { erasureOrders, makeTenant, type Tenant } from './tenant.js';

let petya: RunningPetya;
let broken: Tenant;
let other: Tenant;

beforeAll(async () => {
  petya = await startPetya();
});
afterAll(() => petya.stop());
beforeEach(async () => {
  [broken, other] = [await makeTenant(petya), await makeTenant(petya)];
});
afterEach(() => {
  jest.restoreAllMocks();
});

const resume = () => petya.app.get(ErasureService).resume(new Date());
const collection = (name: string) => petya.connection.collection<{ _id: string }>(name);
const count = (name: string, { accountId }: Tenant) =>
  collection(name).countDocuments({ accountId });

/** A visitor with a conversation, whose erasure began and did not end. */
async function halfErased(tenant: Tenant, begun = Date.now() - 60_000): Promise<string> {
  const visitorId = await tenant.makeVisitor();
  await tenant.openConversation({ visitorId });
  const removingAt = new Date(begun);
  await collection('visitors').updateOne({ _id: visitorId }, { $set: { removingAt } });
  return visitorId;
}

async function markedConversations({ accountId }: Tenant, size: number): Promise<void> {
  await collection('conversations').insertMany(
    Array.from({ length: size }, (_unused, index) => ({
      _id: `${accountId}-${index}`,
      accountId,
      layout: 1,
      removingAt: new Date(),
    })),
  );
}

describe('erasures that did not end', () => {
  it('are finished beside one that fails, which is finished once it can be', async () => {
    const failing = await halfErased(broken, 1_000);
    for (let index = 0; index < 3; index += 1) {
      await halfErased(index === 0 ? broken : other, 2_000 + index);
    }
    await markedConversations(other, 2);
    const removal = petya.app.get(ConversationRemovalService);
    const mark = removal.markOfVisitor.bind(removal);
    jest.spyOn(removal, 'markOfVisitor').mockImplementation(async (accountId, visitorId) => {
      if (visitorId === failing) throw new Error('the record is broken');
      return mark(accountId, visitorId);
    });
    await resume();
    expect(await count('visitors', other)).toBe(0);
    expect(await count('conversations', other)).toBe(0);
    const { accountId } = broken;
    const left = await collection('visitors').find({ accountId }).toArray();
    expect(left.map(({ _id }) => _id)).toEqual([failing]);
    await resume();
    const orders = (await erasureOrders(petya)).filter(({ visitorId }) => visitorId === failing);
    expect(orders).toHaveLength(1);
    jest.restoreAllMocks();
    await resume();
    expect([await count('visitors', broken), await count('conversations', broken)]).toEqual([0, 0]);
  });

  it('of an account are finished beside another account’s that fails', async () => {
    for (const tenant of [broken, other]) {
      await tenant.openConversation({});
      const _id = new Types.ObjectId(tenant.accountId);
      await petya.connection
        .collection('accounts')
        .updateOne({ _id }, { $set: { removingAt: new Date() } });
    }
    const keys = petya.app.get(ApiKeysService);
    const remove = keys.removeOfAccount.bind(keys);
    jest.spyOn(keys, 'removeOfAccount').mockImplementation(async (accountId) => {
      if (accountId === broken.accountId) throw new Error('the record is broken');
      return remove(accountId);
    });
    await halfErased(await makeTenant(petya));
    await resume();
    expect(await count('conversations', other)).toBe(0);
    expect(await count('conversations', broken)).toBe(1);
    jest.restoreAllMocks();
    await resume();
    expect(await count('conversations', broken)).toBe(0);
  });

  it('take turns: a large one is left for the next look when it had its part', async () => {
    await markedConversations(broken, 1_200);
    await halfErased(broken);
    await halfErased(other);
    await resume();
    expect(await count('conversations', broken)).toBeLessThan(1_200);
    expect(await count('visitors', other)).toBe(0);
    for (let look = 0; look < 3; look += 1) await resume();
    expect([await count('visitors', broken), await count('conversations', broken)]).toEqual([0, 0]);
  });

  it('hold up nobody’s retention', async () => {
    const kept = await makeTenant(petya, { retentionDays: 30 });
    const shop = await makeTenant(petya, { retentionDays: 30 });
    for (const tenant of [kept, shop]) {
      const lastSeenAt = new Date(0);
      await collection('visitors').updateOne(
        { _id: await tenant.makeVisitor() },
        { $set: { lastSeenAt } },
      );
    }
    const removal = petya.app.get(ConversationRemovalService);
    const mark = removal.markIdleSince.bind(removal);
    jest.spyOn(removal, 'markIdleSince').mockImplementation(async (accountId, before, limit) => {
      if (accountId === kept.accountId) throw new Error('the record is broken');
      return mark(accountId, before, limit);
    });
    await petya.app.get(RetentionService).sweep();
    expect([await count('visitors', kept), await count('visitors', shop)]).toEqual([1, 0]);
  });
});
