import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { IS_TIME } from '#platform';
import { Model, type mongo } from 'mongoose';
import { type RecordId, recordId } from '../persistence/record-id.js';
import { VISITOR, type VisitorRecord } from '../visitors/visitor.schema.js';

/** A stored visitor, whatever form its id has. */
type StoredVisitor = Omit<VisitorRecord, '_id' | 'removingAt'> & {
  _id: RecordId;
  removingAt?: Date | null;
};

/** A visitor whose erasure has begun. */
export interface RemovingVisitor {
  readonly accountId: string;
  readonly visitorId: string;
}

/** A place in the visitors of an account, the longest unseen first. */
export interface UnseenPosition {
  readonly lastSeenAt: Date;
  readonly id: RecordId;
}

/** What takes visitors away. Ids are passed on as stored. */
@Injectable()
export class VisitorRemovalRepository {
  private readonly visitors: mongo.Collection<StoredVisitor>;

  constructor(@InjectModel(VISITOR) model: Model<VisitorRecord>) {
    this.visitors = model.collection as unknown as mongo.Collection<StoredVisitor>;
  }

  /** False when the account has no such visitor; true also when the erasure had begun before. */
  async markRemoving(accountId: string, visitorId: string): Promise<boolean> {
    // The person who is logged in begins anew, as another visitor.
    const result = await this.visitors.updateOne(oneOf(accountId, visitorId), {
      $set: { removingAt: new Date() },
      $unset: { userId: 1 },
    });
    return result.matchedCount === 1;
  }

  /** Some visitors whose erasure began before a time and has not ended. */
  async listRemoving(before: Date, limit: number): Promise<RemovingVisitor[]> {
    const found = await this.visitors
      .find(
        { removingAt: { ...IS_TIME, $lte: before } },
        { projection: { accountId: 1 }, limit, sort: { removingAt: 1 } },
      )
      .toArray();
    return found.map(({ _id, accountId }) => ({ accountId, visitorId: String(_id) }));
  }

  async postponeRemoval(accountId: string, visitorId: string): Promise<void> {
    const removing = { ...oneOf(accountId, visitorId), removingAt: IS_TIME };
    await this.visitors.updateOne(removing, { $set: { removingAt: new Date() } });
  }

  /** Some visitors of an account behind a place who were last seen before a time. */
  async listUnseen(
    accountId: string,
    before: Date,
    behind: UnseenPosition | null,
    limit: number,
  ): Promise<UnseenPosition[]> {
    const range = { $lt: before, ...(behind && { $gte: behind.lastSeenAt }) };
    const filter = { accountId, lastSeenAt: range, ...(behind && notBefore(behind)) };
    const found = await this.visitors
      .find(filter, {
        projection: { lastSeenAt: 1 },
        sort: { lastSeenAt: 1, _id: 1 },
        limit,
      })
      .toArray();
    return found.map(({ _id, lastSeenAt }) => ({ lastSeenAt, id: _id }));
  }

  /**
   * Removes some visitors, of whom none was seen again since. One who is being erased is left to
   * that.
   */
  async removeUnseen(accountId: string, ids: readonly RecordId[], before: Date): Promise<number> {
    if (ids.length === 0) return 0;
    const these = { _id: { $in: [...ids] }, accountId };
    const unseen = { ...these, lastSeenAt: { $lt: before }, removingAt: null };
    return (await this.visitors.deleteMany(unseen)).deletedCount;
  }

  async remove(accountId: string, visitorId: string): Promise<number> {
    return (await this.visitors.deleteOne(oneOf(accountId, visitorId))).deletedCount;
  }

  async removeOfAccount(accountId: string): Promise<number> {
    return (await this.visitors.deleteMany({ accountId })).deletedCount;
  }
}

/** A record from before may have an id that looks like an ObjectId and is stored as text. */
function oneOf(accountId: string, visitorId: string) {
  return { _id: { $in: [recordId(visitorId), visitorId] }, accountId };
}

/** Of those who were seen at the same instant, the ones with a later id: texts come first. */
function notBefore({ lastSeenAt, id }: UnseenPosition) {
  const later: mongo.Filter<StoredVisitor>[] = [
    { lastSeenAt: { $gt: lastSeenAt } },
    { lastSeenAt, _id: { $gt: id } },
  ];
  if (typeof id === 'string') later.push({ lastSeenAt, _id: { $type: 'objectId' } });
  return { $or: later };
}
