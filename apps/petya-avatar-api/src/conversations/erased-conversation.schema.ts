import { Schema } from 'mongoose';

/**
 * Names a conversation that was erased on request and holds nothing of it. A session that was live
 * then delivers its transcript later; without this mark it would make the conversation anew.
 */
export interface ErasedConversationRecord {
  _id: string;
  erasedAt: Date;
}

export const ERASED_CONVERSATION = 'ErasedConversation';

/** Longer than any delivery is retried before somebody looks at it. */
const KEPT_SECONDS = 90 * 24 * 60 * 60;

export const erasedConversationSchema = new Schema<ErasedConversationRecord>(
  { _id: { type: String, required: true }, erasedAt: { type: Date, required: true } },
  { versionKey: false },
);

erasedConversationSchema.index({ erasedAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });
