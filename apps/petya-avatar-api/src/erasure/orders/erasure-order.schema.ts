import type { ErasureScope } from '#contracts';
import { IS_TIME } from '#platform';
import { Schema } from 'mongoose';
import { ERASED_KEPT_SECONDS } from '../../persistence/erased-kept.js';

/**
 * What ilianaai-avatar has to erase. It stands before anything is removed here, and it holds ids
 * only until it is confirmed.
 */
export interface ErasureOrderRecord {
  _id: string;
  accountId: string;
  scope: ErasureScope;
  visitorId: string | null;
  /** Visitors who are kept no more. Missing on orders from before. */
  visitorIds?: string[];
  conversationIds: string[];
  sessionIds: string[];
  createdAt: Date;
  /** As `createdAt`, as long as it is not confirmed. */
  openSince?: Date;
  doneAt: Date | null;
}

export const ERASURE_ORDER = 'ErasureOrder';

export const erasureOrderSchema = new Schema<ErasureOrderRecord>(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    scope: { type: String, required: true },
    visitorId: { type: String, default: null },
    visitorIds: { type: [String], default: undefined },
    conversationIds: { type: [String], required: true },
    sessionIds: { type: [String], required: true },
    createdAt: { type: Date, required: true },
    openSince: Date,
    doneAt: { type: Date, default: null },
  },
  { collection: 'erasures', versionKey: false },
);

erasureOrderSchema.index(
  { openSince: 1, _id: 1 },
  { name: 'open', partialFilterExpression: { openSince: IS_TIME } },
);
erasureOrderSchema.index({ doneAt: 1 }, { expireAfterSeconds: ERASED_KEPT_SECONDS });
