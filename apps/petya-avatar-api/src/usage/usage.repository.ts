import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { UsedSession } from '#contracts';
import { isDuplicateKey } from '#platform';
import { Model, type mongo } from 'mongoose';
import { USAGE, type UsageRecord } from './usage.schema.js';

/** What a delivery says of a session's cost, and the trace by which it is found. */
export type Cost = Omit<UsageRecord, '_id'>;

@Injectable()
export class UsageRepository {
  private readonly usages: mongo.Collection<UsageRecord>;

  constructor(@InjectModel(USAGE) model: Model<UsageRecord>) {
    this.usages = model.collection as unknown as mongo.Collection<UsageRecord>;
  }

  /** Keeps it unless a later version has told. Repeating it changes nothing. */
  async keep({ accountId, sessionId, version, ...cost }: Cost): Promise<void> {
    const older = { accountId, sessionId, version: { $lte: version } };
    const told = { $set: { version, ...cost } };
    try {
      await this.usages.updateOne(older, told, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error, 'sessionId', 'session')) throw error;
      // A later one stands there already, or an earlier one that came just now.
      await this.usages.updateOne(older, told);
    }
  }

  /** Sessions of an account that were started in some time, the earliest first. */
  async *read(accountId: string, from: Date, to: Date): AsyncGenerator<UsedSession> {
    const found = this.usages.find(
      { accountId, startedAt: { $gte: from, $lt: to } },
      {
        projection: { _id: 0, version: 0, accountId: 0 },
        sort: { startedAt: 1, _id: 1 },
      },
    );
    for await (const { sessionId, startedAt, seconds, credits } of found) {
      yield { sessionId, startedAt, seconds, credits };
    }
  }

  async removeOfAccount(accountId: string): Promise<void> {
    await this.usages.deleteMany({ accountId });
  }
}
