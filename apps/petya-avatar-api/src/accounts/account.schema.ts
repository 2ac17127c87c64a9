import type { AvatarOptionsDto, SameVisitorPolicy, VisitorProof } from '#contracts';
import { Schema } from 'mongoose';
import type { RecordId } from '../persistence/record-id.js';

/**
 * A stored account. Everything but the id may be missing: accounts from before hold `avatarId`,
 * `intro`, `knowledgeBaseId` and `voiceId` and nothing else.
 */
export interface AccountRecord extends AvatarOptionsDto {
  _id: RecordId;
  name?: string;
  language?: string;
  avatarEnabled?: boolean;
  avatarId?: string | null;
  intro?: string | null;
  knowledgeBaseId?: string | null;
  voiceId?: string | null;
  allowedOrigins?: string[];
  maxConcurrentSessions?: number;
  maxSessionSeconds?: number;
  maxTranscriptTurns?: number;
  maxSecondsPerDay?: number;
  maxSecondsPerMonth?: number;
  warnAtPercent?: number;
  timeZone?: string;
  maxSessionsPerVisitorPerHour?: number;
  maxSessionsPerAddressPerHour?: number;
  sameVisitor?: SameVisitorPolicy;
  visitorProof?: VisitorProof;
  retentionDays?: number;
  suspended?: boolean;
  createdAt?: Date;
  /** Set while the account is being removed; from then on nobody can use it. */
  removingAt?: Date | null;
}

export const ACCOUNT = 'Account';

export const accountSchema = new Schema<AccountRecord>(
  {
    _id: { type: Schema.Types.Mixed, required: true },
    name: String,
    language: String,
    avatarEnabled: Boolean,
    avatarId: String,
    intro: String,
    knowledgeBaseId: String,
    voiceId: String,
    sandbox: Boolean,
    voiceAgentId: String,
    variables: Schema.Types.Mixed,
    visitorVariables: { type: [String], default: undefined },
    interactivity: String,
    voiceSettings: Schema.Types.Mixed,
    videoQuality: String,
    sttConfig: Schema.Types.Mixed,
    allowedOrigins: { type: [String], default: undefined },
    maxConcurrentSessions: Number,
    maxSessionSeconds: Number,
    maxTranscriptTurns: Number,
    maxSecondsPerDay: Number,
    maxSecondsPerMonth: Number,
    warnAtPercent: Number,
    timeZone: String,
    maxSessionsPerVisitorPerHour: Number,
    maxSessionsPerAddressPerHour: Number,
    sameVisitor: String,
    visitorProof: String,
    retentionDays: Number,
    suspended: Boolean,
    createdAt: Date,
    removingAt: Date,
  },
  { versionKey: false },
);

accountSchema.index(
  { retentionDays: 1, _id: 1 },
  { partialFilterExpression: { retentionDays: { $exists: true } } },
);
accountSchema.index(
  { removingAt: 1, _id: 1 },
  { partialFilterExpression: { removingAt: { $exists: true } } },
);
