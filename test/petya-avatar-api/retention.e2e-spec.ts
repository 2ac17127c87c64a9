import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ErasureOrderDto } from '#contracts';
import { newId } from '#platform';
import { VisitorRemovalRepository } from '../../apps/petya-avatar-api/src/erasure/visitor-removal.repository.js';
import { ErasureOrdersService } from '../../apps/petya-avatar-api/src/erasure/orders/erasure-orders.service.js';
import { RetentionService } from '../../apps/petya-avatar-api/src/erasure/retention/retention.service.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { isDriversFault, isFaultyRun } from '../support/faulty-run.js';
import { until } from '../support/until.js';
import { erasureOrders, makeTenant } from './tenant.js';

let petya: RunningPetya;

beforeAll(async () => {
  petya = await startPetya();
});
afterAll(() => petya.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

const DAY_MS = 86_400_000;
const old = new Date(Date.now() - 40 * DAY_MS);
const sweep = (signal?: AbortSignal) => petya.app.get(RetentionService).sweep(new Date(), signal);

/** What a fault of the run's database interrupts is left to the next sweep. */
const SWEEPS = isFaultyRun ? 3 : 1;

async function sweepAll(): Promise<void> {
  for (let left = SWEEPS; left > 0; left -= 1) {
    await sweep().catch((error: unknown) => {
      if (!isDriversFault(error)) throw error;
    });
  }
}

const count = (name: string, accountId: string) =>
  petya.connection.collection(name).countDocuments({ accountId });

/** The erasures that wait, of all answers. */
async function allOrders(): Promise<ErasureOrderDto[]> {
  const all: ErasureOrderDto[] = [];
  for (;;) {
    const last = all.at(-1);
    const next = await erasureOrders(petya, last ? `?after=${last.erasureId}` : '');
    if (next.length === 0) return all;
    all.push(...next);
  }
}

async function fill(accountId: string, visitors: number, conversations: number): Promise<void> {
  const aged = (index: number) => new Date(old.getTime() - index);
  for (let from = 0; from < visitors; from += 5_000) {
    const records = Array.from({ length: Math.min(5_000, visitors - from) }, (_unused, index) => ({
      _id: newId() as never,
      accountId,
      name: 'x'.repeat(100),
      createdAt: old,
      lastSeenAt: aged(from + index),
    }));
    await petya.connection.collection('visitors').insertMany(records);
  }
  if (conversations === 0) return;
  await petya.connection.collection('conversations').insertMany(
    Array.from({ length: conversations }, (_unused, index) => ({
      _id: newId() as never,
      accountId,
      layout: 1,
      sessions: [{ sessionId: `s-${accountId}-${index}` }],
      lastActivityAt: aged(index),
    })),
  );
}

describe('retention beside a flooded account', () => {
  it('is done with the others long before it, and holds little of it in memory', async () => {
    const flooded = await makeTenant(petya, { retentionDays: 30 });
    await fill(flooded.accountId, 5_000, 0);
    const others: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      const other = await makeTenant(petya, { retentionDays: 30 });
      await fill(other.accountId, 50, 120);
      others.push(other.accountId);
    }
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    let most = before;
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().heapUsed)), 5);
    const sweeping = sweepAll();
    await until(
      'the others are done',
      async () => {
        for (const accountId of others) {
          if ((await count('conversations', accountId)) > 0) return false;
          if ((await count('visitors', accountId)) > 0) return false;
        }
        return true;
      },
      90_000,
    );
    expect(await count('visitors', flooded.accountId)).toBeGreaterThan(1_500);
    await sweeping;
    clearInterval(timer);
    expect(await count('visitors', flooded.accountId)).toBe(0);
    expect(most - before).toBeLessThan(50 * 1024 * 1024);
    const ordered = new Set<string>();
    for (const order of await allOrders()) {
      for (const id of order.sessionIds) ordered.add(id);
    }
    expect(ordered.size).toBe(3 * 120);
  }, 120_000);

  it('passes over visitors whose conversations are kept, and comes to those behind them', async () => {
    const shop = await makeTenant(petya, { retentionDays: 30 });
    const { accountId } = shop;
    await fill(accountId, 2_300, 0);
    const visitors = petya.connection.collection('visitors');
    const kept = await visitors.find({ accountId }).sort({ lastSeenAt: 1 }).limit(2_000).toArray();
    await petya.connection.collection('conversations').insertMany(
      kept.map(({ _id }) => ({
        _id: newId() as never,
        accountId,
        visitorId: String(_id),
        layout: 1,
        lastActivityAt: new Date(),
      })),
    );
    await sweepAll();
    expect(await count('visitors', accountId)).toBe(2_000);
    await sweepAll();
    expect(await count('visitors', accountId)).toBe(2_000);
  });

  it('removes what is stored under a text that looks like another kind of id', async () => {
    const { accountId } = await makeTenant(petya, { retentionDays: 30 });
    const _id = '0123456789abcdef01234567' as never;
    const record = { _id, accountId, layout: 1, lastActivityAt: old };
    await petya.connection.collection('conversations').insertOne(record);
    await sweepAll();
    expect(await count('conversations', accountId)).toBe(0);
  });

  it('leaves a visitor who comes back between the look and the removal', async () => {
    const shop = await makeTenant(petya, { retentionDays: 30 });
    const visitorId = await shop.makeVisitor();
    const visitors = petya.app.get(VisitorRemovalRepository);
    const before = new Date(Date.now() - DAY_MS);
    expect(await visitors.removeUnseen(shop.accountId, [visitorId], before)).toBe(0);
    expect(await count('visitors', shop.accountId)).toBe(1);
  });

  it('orders the visitors who go, and removes none who came back or is being erased', async () => {
    const shop = await makeTenant(petya, { retentionDays: 30 });
    const { accountId } = shop;
    await fill(accountId, 450, 0);
    const visitors = petya.connection.collection<{ _id: string }>('visitors');
    const all = await visitors.find({ accountId }).toArray();
    const [erased, back] = [all[0]?._id ?? '', all[1]?._id ?? ''];
    const removal = petya.app.get(VisitorRemovalRepository);
    const remove = removal.removeUnseen.bind(removal);
    jest.spyOn(removal, 'removeUnseen').mockImplementation(async (...asked) => {
      if (asked[0] !== accountId) return remove(...asked);
      await visitors.updateOne({ _id: erased }, { $set: { removingAt: new Date() } });
      await visitors.updateOne({ _id: back }, { $set: { lastSeenAt: new Date() } });
      return remove(...asked);
    });
    await sweep();
    const left = await visitors.find({ accountId }).toArray();
    expect(left.map(({ _id }) => _id).toSorted()).toEqual([erased, back].toSorted());
    const ids = (await allOrders())
      .filter((order) => order.accountId === accountId)
      .map(({ visitorIds = [] }) => visitorIds);
    expect(ids.map(({ length }) => length).toSorted((one, other) => one - other)).toEqual([
      50, 200, 200,
    ]);
    expect(ids.flat().toSorted()).toEqual(all.map(({ _id }) => _id).toSorted());
  });

  it('finishes with a visitor whose removal was cut off at the order', async () => {
    const shop = await makeTenant(petya, { retentionDays: 30 });
    const { accountId } = shop;
    await fill(accountId, 1, 0);
    const orders = petya.app.get(ErasureOrdersService);
    const order = orders.orderVisitors.bind(orders);
    jest.spyOn(orders, 'orderVisitors').mockImplementation(async (account, ids) => {
      if (account === accountId) throw new Error('the database is away');
      return order(account, ids);
    });
    await sweep();
    jest.restoreAllMocks();
    expect(await count('visitors', accountId)).toBe(1);
    await sweep();
    expect(await count('visitors', accountId)).toBe(0);
    const mine = (await allOrders()).filter((order) => order.accountId === accountId);
    expect(mine).toMatchObject([{ visitorIds: [expect.any(String)] }]);
  });

  it('stops between two rounds when the app does', async () => {
    const { accountId } = await makeTenant(petya, { retentionDays: 30 });
    await fill(accountId, 3_000, 0);
    await sweep(AbortSignal.abort());
    expect(await count('visitors', accountId)).toBe(3_000);
    await sweepAll();
    expect(await count('visitors', accountId)).toBe(0);
  });
});
