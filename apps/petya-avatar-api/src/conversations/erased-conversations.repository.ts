import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, type mongo } from 'mongoose';
import { externalKey } from './conversation-filters.js';
import {
  ERASED_CONVERSATION,
  type ErasedConversationRecord,
} from './erased-conversation.schema.js';

@Injectable()
export class ErasedConversationsRepository {
  /** The driver's collection: what is asked and stored is as it has to be, and is not converted. */
  private readonly erased: mongo.Collection<ErasedConversationRecord>;

  constructor(@InjectModel(ERASED_CONVERSATION) model: Model<ErasedConversationRecord>) {
    this.erased = model.collection as unknown as mongo.Collection<ErasedConversationRecord>;
  }

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
    const key = { _id: externalKey(accountId, id) };
    return (await this.erased.findOne(key, { projection: { _id: 1 } })) !== null;
  }
}
