import { Schema, Types } from 'mongoose';

export interface MessageRecord {
  _id: Types.ObjectId;
  accountId: string;
  conversationId: string;
  isFromUser: boolean;
  content: string;
  clientMessageId?: string;
  createdAt: Date;
}

export const MESSAGE = 'Message';

export const messageSchema = new Schema<MessageRecord>(
  {
    accountId: { type: String, required: true },
    conversationId: { type: String, required: true },
    isFromUser: { type: Boolean, required: true },
    content: { type: String, required: true },
    clientMessageId: String,
    createdAt: { type: Date, required: true },
  },
  { versionKey: false },
);

// Answers the keys of a page without touching a document.
messageSchema.index({ accountId: 1, conversationId: 1, createdAt: 1, _id: 1 });
messageSchema.index(
  { accountId: 1, conversationId: 1, clientMessageId: 1 },
  { unique: true, partialFilterExpression: { clientMessageId: { $type: 'string' } } },
);
