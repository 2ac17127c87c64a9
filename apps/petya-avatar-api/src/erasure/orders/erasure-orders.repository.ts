import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { IS_TIME } from '#platform';
import { Model, type mongo } from 'mongoose';
import { ERASURE_ORDER, type ErasureOrderRecord } from './erasure-order.schema.js';

/** Most orders that are counted. */
const MAX_COUNTED = 10_000;

/** What is not confirmed. */
export interface OpenOrders {
  readonly count: number;
  /** When the oldest was ordered; null where there is none. */
  readonly since: Date | null;
}

@Injectable()
export class ErasureOrdersRepository {
  private readonly orders: mongo.Collection<ErasureOrderRecord>;

  constructor(@InjectModel(ERASURE_ORDER) model: Model<ErasureOrderRecord>) {
    this.orders = model.collection as unknown as mongo.Collection<ErasureOrderRecord>;
  }

  async add(orders: readonly ErasureOrderRecord[]): Promise<void> {
    if (orders.length > 0) await this.orders.insertMany([...orders]);
  }

  /** Opens an order that may have been there before, and may have been confirmed. */
  async renew(order: ErasureOrderRecord): Promise<void> {
    const { _id, ...members } = order;
    await this.orders.updateOne({ _id }, { $set: members }, { upsert: true });
  }

  /** Up to `limit` that are not confirmed, behind one that was listed before. */
  async listOpen(after: string | undefined, limit: number): Promise<ErasureOrderRecord[]> {
    const last = after === undefined ? null : await this.orders.findOne({ _id: after });
    const from = last ? { $gte: last.createdAt } : IS_TIME;
    const found = await this.orders
      .find(
        { openSince: from },
        { sort: { openSince: 1, _id: 1 }, limit: last ? 2 * limit : limit },
      )
      .toArray();
    return last ? found.filter((order) => isBehind(order, last)).slice(0, limit) : found;
  }

  /** Those that are not confirmed, all accounts' together. */
  async countOpen(): Promise<OpenOrders> {
    const [count, [oldest]] = await Promise.all([
      this.orders.countDocuments({ openSince: IS_TIME }, { limit: MAX_COUNTED }),
      this.listOpen(undefined, 1),
    ]);
    return { count, since: oldest?.openSince ?? null };
  }

  find(id: string): Promise<ErasureOrderRecord | null> {
    return this.orders.findOne({ _id: id });
  }

  /** Nothing that names anybody stays. False where there is no such order. */
  async confirm(id: string): Promise<boolean> {
    const blank = { visitorId: null, visitorIds: [], conversationIds: [], sessionIds: [] };
    const result = await this.orders.updateOne(
      { _id: id },
      { $set: { ...blank, doneAt: new Date() }, $unset: { openSince: 1 } },
    );
    return result.matchedCount === 1;
  }
}

/** Few are of one instant, so that those of the last one's are passed over here. */
function isBehind(order: ErasureOrderRecord, last: ErasureOrderRecord): boolean {
  const ahead = order.createdAt.getTime() - last.createdAt.getTime();
  return ahead > 0 || (ahead === 0 && order._id > last._id);
}
