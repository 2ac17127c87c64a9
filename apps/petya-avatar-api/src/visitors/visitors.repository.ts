import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types } from 'mongoose';
import { newRecordId, ownId } from '../persistence/record-id.js';
import { VISITOR, type VisitorRecord } from './visitor.schema.js';

/** What a plugin says of its visitor. */
export type VisitorDetails = Partial<
  Pick<VisitorRecord, 'name' | 'email' | 'pageUrl' | 'userAgent' | 'locale'>
>;

@Injectable()
export class VisitorsRepository {
  constructor(@InjectModel(VISITOR) private readonly visitors: Model<VisitorRecord>) {}

  async create(accountId: string, details: VisitorDetails): Promise<string> {
    const now = new Date();
    const _id = newRecordId();
    await this.visitors.create({ _id, accountId, ...details, createdAt: now, lastSeenAt: now });
    return String(_id);
  }

  /** Notes that a visitor was seen. False when the account has no such visitor. */
  async seen(accountId: string, visitorId: string, details: VisitorDetails): Promise<boolean> {
    const own = ownFilter(accountId, visitorId);
    if (!own) return false;
    const result = await this.visitors.updateOne(
      { ...own, removingAt: null },
      { $set: { ...details, lastSeenAt: new Date() } },
    );
    return result.matchedCount === 1;
  }

  /** False when the account has no such visitor; true also when the erasure had begun before. */
  async markRemoving(accountId: string, visitorId: string): Promise<boolean> {
    const own = ownFilter(accountId, visitorId);
    if (!own) return false;
    const result = await this.visitors.updateOne(own, { $set: { removingAt: new Date() } });
    return result.matchedCount === 1;
  }

  /** Visitors whose erasure has begun and not ended. */
  async listRemoving(): Promise<{ accountId: string; visitorId: string }[]> {
    const records = await this.visitors
      .find({ removingAt: { $exists: true, $type: 'date' } }, { accountId: 1 })
      .lean();
    return records.map((record) => ({
      accountId: record.accountId,
      visitorId: String(record._id),
    }));
  }

  /** Visitors of an account who were last seen before a time, the longest unseen first. */
  async listUnseenSince(accountId: string, before: Date): Promise<string[]> {
    const records = await this.visitors
      .find({ accountId, lastSeenAt: { $lt: before } }, { _id: 1 })
      .sort({ lastSeenAt: 1 })
      .lean();
    return records.map((record) => String(record._id));
  }

  /** Removes a visitor unless they were seen again since. */
  async removeUnseen(accountId: string, visitorId: string, before: Date): Promise<number> {
    const own = ownFilter(accountId, visitorId);
    if (!own) return 0;
    const result = await this.visitors.deleteOne({ ...own, lastSeenAt: { $lt: before } });
    return result.deletedCount;
  }

  async remove(accountId: string, visitorId: string): Promise<number> {
    const own = ownFilter(accountId, visitorId);
    return own ? (await this.visitors.deleteOne(own)).deletedCount : 0;
  }

  async removeOfAccount(accountId: string): Promise<number> {
    return (await this.visitors.deleteMany({ accountId })).deletedCount;
  }
}

/** Null for text that cannot be an id of ours: no visitor has it. */
function ownFilter(
  accountId: string,
  visitorId: string,
): { _id: Types.ObjectId; accountId: string } | null {
  const _id = ownId(visitorId);
  return _id && { _id, accountId };
}
