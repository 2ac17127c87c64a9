import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { IS_TIME } from '#platform';
import { Model, Types } from 'mongoose';
import { PetyaConfig } from '../config/petya-config.js';
import { type RecordId, recordId } from '../persistence/record-id.js';
import { type AccountFilter, accountFilter } from './conversation-filters.js';
import { CONVERSATION, type ConversationRecord } from './conversation.schema.js';

/**
 * Removal in two steps, so that it can stop anywhere and go on later: a conversation is marked,
 * which takes it out of everybody's reach; its messages go, and the record goes last.
 */
@Injectable()
export class ConversationRemovalRepository {
  constructor(
    @InjectModel(CONVERSATION) private readonly conversations: Model<ConversationRecord>,
    private readonly config: PetyaConfig,
  ) {}

  /** Every id, our own and the caller's, of a visitor's conversations. */
  async listIdsOfVisitor(accountId: string, visitorId: string): Promise<string[]> {
    const records = await this.conversations
      .find({ accountId, visitorId }, { externalId: 1 })
      .lean();
    return records.flatMap(({ _id, externalId }) =>
      externalId === undefined ? [String(_id)] : [String(_id), externalId],
    );
  }

  async markOfVisitor(accountId: string, visitorId: string): Promise<void> {
    await this.mark({ accountId, visitorId });
  }

  async markOfAccount(accountId: string): Promise<void> {
    await this.mark({ accountId: this.ofAccount(accountId) });
  }

  /**
   * Marks what had no activity since a time. The condition is in the same write as the mark, so a
   * message that arrives meanwhile saves its conversation.
   */
  async markIdleSince(accountId: string, before: Date): Promise<void> {
    const own = { accountId: this.ofAccount(accountId) };
    await this.mark({ ...own, lastActivityAt: { $lt: before } });
    // Records from before know no activity; their id tells when they were made.
    const newest = Types.ObjectId.createFromTime(Math.floor(before.getTime() / 1000));
    await this.mark({ ...own, lastActivityAt: null, _id: { $lt: newest } });
  }

  /** Some marked conversations of an account. */
  async listMarked(accountId: string, limit: number): Promise<string[]> {
    const records = await this.conversations
      .find({ accountId: this.ofAccount(accountId), removingAt: IS_TIME }, { _id: 1 })
      .limit(limit)
      .lean();
    return records.map((record) => String(record._id));
  }

  async removeMarked(accountId: string, ids: readonly string[]): Promise<number> {
    const wanted: RecordId[] = ids.map(recordId);
    const result = await this.conversations.deleteMany({
      _id: { $in: wanted },
      accountId: this.ofAccount(accountId),
      removingAt: IS_TIME,
    });
    return result.deletedCount;
  }

  async hasOfVisitor(accountId: string, visitorId: string): Promise<boolean> {
    return (await this.conversations.exists({ accountId, visitorId })) !== null;
  }

  /** What was marked before keeps being marked. */
  private async mark(filter: Record<string, unknown>): Promise<void> {
    await this.conversations.updateMany(filter, {
      $set: { removingAt: new Date() },
      $unset: { externalId: 1, visitorId: 1 },
    });
  }

  private ofAccount(accountId: string): AccountFilter {
    return accountFilter(accountId, this.config.olderRecordsAccountId);
  }
}
