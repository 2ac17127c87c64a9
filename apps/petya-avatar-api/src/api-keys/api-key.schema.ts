import { Schema, Types } from 'mongoose';

export interface ApiKeyRecord {
  _id: Types.ObjectId;
  accountId: string;
  digest: string;
  prefix: string;
  lastFour: string;
  createdAt: Date;
  revokedAt?: Date | null;
}

export const API_KEY = 'ApiKey';

export const apiKeySchema = new Schema<ApiKeyRecord>(
  {
    accountId: { type: String, required: true },
    digest: { type: String, required: true },
    prefix: { type: String, required: true },
    lastFour: { type: String, required: true },
    createdAt: { type: Date, required: true },
    revokedAt: Date,
  },
  { versionKey: false },
);

// One digest, one account: the key alone must say whose it is.
apiKeySchema.index({ digest: 1 }, { unique: true });
apiKeySchema.index({ accountId: 1, _id: 1 });
