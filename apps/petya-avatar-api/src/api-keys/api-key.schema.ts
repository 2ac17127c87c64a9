import type { ApiKeyKind } from '#contracts';
import { Schema, Types } from 'mongoose';

export interface ApiKeyRecord {
  _id: Types.ObjectId;
  accountId: string;
  /** Missing on records from before: a customer key. */
  kind?: ApiKeyKind;
  digest: string;
  prefix: string;
  lastFour: string;
  createdAt: Date;
  revokedAt?: Date | null;
  /** A secret key itself, for nothing but the hashes that its owner makes with it; see `keyBox`. */
  sealed?: string;
  /** `pepperName` of what digests and seals this record. Missing on records from before. */
  pepper?: string;
}

export const API_KEY = 'ApiKey';

export const apiKeySchema = new Schema<ApiKeyRecord>(
  {
    accountId: { type: String, required: true },
    kind: String,
    digest: { type: String, required: true },
    prefix: { type: String, required: true },
    lastFour: { type: String, required: true },
    createdAt: { type: Date, required: true },
    revokedAt: Date,
    sealed: String,
    pepper: String,
  },
  { versionKey: false },
);

// One digest, one account: the key alone must say whose it is.
apiKeySchema.index({ digest: 1 }, { unique: true });
apiKeySchema.index({ accountId: 1, _id: 1 });
// The newest of a kind.
apiKeySchema.index({ accountId: 1, kind: 1, _id: 1 }, { name: 'kindInAccountById' });
