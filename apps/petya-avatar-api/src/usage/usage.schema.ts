import { Schema, type Types } from 'mongoose';

/** What a session has cost, as it was delivered last. It stays where the conversation is erased. */
export interface UsageRecord {
  _id: Types.ObjectId;
  accountId: string;
  sessionId: string;
  /** Of the delivery that says so. */
  version: number;
  startedAt: Date;
  seconds: number;
  credits: number | null;
}

export const USAGE = 'Usage';

export const usageSchema = new Schema<UsageRecord>(
  {
    accountId: { type: String, required: true },
    sessionId: { type: String, required: true },
    version: { type: Number, required: true },
    startedAt: { type: Date, required: true },
    seconds: { type: Number, required: true },
    credits: { type: Number, default: null },
  },
  { collection: 'usages', versionKey: false },
);

usageSchema.index({ accountId: 1, sessionId: 1 }, { name: 'session', unique: true });
usageSchema.index({ accountId: 1, startedAt: 1, _id: 1 });
