import { Schema } from 'mongoose';
import { ERASED_KEPT_SECONDS } from '../persistence/erased-kept.js';

/**
 * Names something that was erased, by a keyed digest that says nothing to a reader. A session that
 * was live then delivers its transcript later; without this mark it would bring back what is gone.
 */
export interface ErasedConversationRecord {
  _id: string;
  erasedAt: Date;
}

export const ERASED_CONVERSATION = 'ErasedConversation';

export const erasedConversationSchema = new Schema<ErasedConversationRecord>(
  { _id: { type: String, required: true }, erasedAt: { type: Date, required: true } },
  { versionKey: false },
);

erasedConversationSchema.index({ erasedAt: 1 }, { expireAfterSeconds: ERASED_KEPT_SECONDS });
