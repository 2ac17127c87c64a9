import { Schema, Types } from 'mongoose';

export interface VisitorRecord {
  _id: Types.ObjectId;
  accountId: string;
  name?: string;
  email?: string;
  pageUrl?: string;
  userAgent?: string;
  locale?: string;
  createdAt: Date;
  lastSeenAt: Date;
  /** Set while the visitor is being erased; from then on nobody finds them. */
  removingAt?: Date;
}

export const VISITOR = 'Visitor';

export const visitorSchema = new Schema<VisitorRecord>(
  {
    accountId: { type: String, required: true },
    name: String,
    email: String,
    pageUrl: String,
    userAgent: String,
    locale: String,
    createdAt: { type: Date, required: true },
    lastSeenAt: { type: Date, required: true },
    removingAt: Date,
  },
  { versionKey: false },
);

visitorSchema.index({ accountId: 1, lastSeenAt: 1 });
visitorSchema.index(
  { removingAt: 1 },
  { partialFilterExpression: { removingAt: { $exists: true } } },
);
