import { IS_TEXT } from '#platform';
import { Schema } from 'mongoose';
import type { RecordId } from '../persistence/record-id.js';

export interface VisitorRecord {
  _id: RecordId;
  accountId: string;
  name?: string;
  email?: string;
  pageUrl?: string;
  userAgent?: string;
  locale?: string;
  /** The site's own id of a person who is logged in, as the site's server has signed it. */
  userId?: string;
  createdAt: Date;
  lastSeenAt: Date;
  /** When its token was used first. From then on the visitor's id alone is good for nothing. */
  provedAt?: Date | null;
  /** Set while the visitor is being erased; from then on nobody finds them. */
  removingAt?: Date | null;
}

export const VISITOR = 'Visitor';

export const visitorSchema = new Schema<VisitorRecord>(
  {
    _id: { type: Schema.Types.Mixed, required: true },
    accountId: { type: String, required: true },
    name: String,
    email: String,
    pageUrl: String,
    userAgent: String,
    locale: String,
    userId: String,
    createdAt: { type: Date, required: true },
    lastSeenAt: { type: Date, required: true },
    provedAt: Date,
    removingAt: Date,
  },
  { versionKey: false },
);

visitorSchema.index({ accountId: 1, lastSeenAt: 1, _id: 1 });
visitorSchema.index(
  { accountId: 1, userId: 1 },
  { name: 'user', unique: true, partialFilterExpression: { userId: IS_TEXT } },
);
visitorSchema.index(
  { removingAt: 1 },
  { partialFilterExpression: { removingAt: { $exists: true } } },
);
