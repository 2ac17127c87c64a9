import { IS_TEXT } from '#platform';
import { Schema } from 'mongoose';
import type { RecordId } from '../persistence/record-id.js';

export interface MessageRecord {
  _id: RecordId;
  accountId: string;
  conversationId: string;
  isFromUser: boolean;
  content: string;
  clientMessageId?: string;
  /** See `clientKey`. */
  clientKey?: string;
  /** See `messagePlace`. */
  place: string;
  createdAt: Date;
}

export const MESSAGE = 'Message';

export const messageSchema = new Schema<MessageRecord>(
  {
    _id: { type: Schema.Types.Mixed, required: true },
    accountId: { type: String, required: true },
    conversationId: { type: String, required: true },
    isFromUser: { type: Boolean, required: true },
    content: { type: String, required: true },
    clientMessageId: String,
    clientKey: String,
    place: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false },
);

// Answers the places of a page without touching a document.
messageSchema.index({ accountId: 1, conversationId: 1, place: 1 });
// It begins with account and conversation, by which a cluster spreads the messages. The key holds the
// conversation, too: records from before are unique by it alone.
messageSchema.index(
  { accountId: 1, conversationId: 1, clientKey: 1 },
  { name: 'clientInConversation', unique: true, partialFilterExpression: { clientKey: IS_TEXT } },
);
