import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { externalKey } from './conversation-filters.js';
import {
  ERASED_CONVERSATION,
  type ErasedConversationRecord,
} from './erased-conversation.schema.js';

@Injectable()
export class ErasedConversationsRepository {
  constructor(
    @InjectModel(ERASED_CONVERSATION) private readonly erased: Model<ErasedConversationRecord>,
  ) {}

  /** Notes ids, our own and the callers', of conversations that must not come back. */
  async add(accountId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const erasedAt = new Date();
    await this.erased.bulkWrite(
      ids.map((id) => ({
        updateOne: {
          filter: { _id: externalKey(accountId, id) },
          update: { $set: { erasedAt } },
          upsert: true,
        },
      })),
    );
  }

  async has(accountId: string, id: string): Promise<boolean> {
    return (await this.erased.exists({ _id: externalKey(accountId, id) })) !== null;
  }
}
