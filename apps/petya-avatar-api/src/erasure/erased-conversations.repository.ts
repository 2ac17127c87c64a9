import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, type mongo } from 'mongoose';
import { type Peppers, PetyaConfig } from '../config/petya-config.js';
import { externalKey } from '../conversations/conversation-filters.js';
import {
  ERASED_CONVERSATION,
  type ErasedConversationRecord,
} from './erased-conversation.schema.js';
import { type ErasedKind, type ErasedThing, erasedDigest } from './erased-digest.js';

/** What was erased and must not come back. */
@Injectable()
export class ErasedConversationsRepository {
  /** The driver's collection: what is asked and stored is as it has to be, and is not converted. */
  private readonly erased: mongo.Collection<ErasedConversationRecord>;
  /** The first marks, all find, so that peppers can be rotated. */
  private readonly peppers: Peppers;

  constructor(
    @InjectModel(ERASED_CONVERSATION) model: Model<ErasedConversationRecord>,
    config: PetyaConfig,
  ) {
    this.erased = model.collection as unknown as mongo.Collection<ErasedConversationRecord>;
    this.peppers = config.apiKeyPeppers;
  }

  /** Notes ids, our own and the callers', of what must not come back. */
  async add(accountId: string, kind: ErasedKind, ids: readonly string[]): Promise<void> {
    const [pepper] = this.peppers;
    if (ids.length === 0) return;
    const erasedAt = new Date();
    await this.erased.bulkWrite(
      ids.map((id) => ({
        updateOne: {
          filter: { _id: erasedDigest(pepper, accountId, { kind, id }) },
          update: { $set: { erasedAt } },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  /** Whether a conversation was erased, by any of its ids. */
  has(accountId: string, id: string): Promise<boolean> {
    return this.hasAny(accountId, [{ kind: 'conversation', id }]);
  }

  async hasAny(accountId: string, things: readonly ErasedThing[]): Promise<boolean> {
    const digests = this.peppers.flatMap((pepper) =>
      things.map((thing) => erasedDigest(pepper, accountId, thing)),
    );
    // Marks from before name their conversation in clear.
    const older = things
      .filter(({ kind }) => kind === 'conversation')
      .map(({ id }) => externalKey(accountId, id));
    const wanted = { _id: { $in: [...digests, ...older] } };
    return (await this.erased.findOne(wanted, { projection: { _id: 1 } })) !== null;
  }
}
