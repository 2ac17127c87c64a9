import type { ConversationStatus, EndReason, TurnRole } from '#contracts';
import { IS_TEXT, IS_TIME } from '#platform';
import { Schema } from 'mongoose';
import type { RecordId } from '../persistence/record-id.js';

/** A stored turn. `sessionId` is null for turns from before that belong to no session. */
export interface TurnRecord {
  id: string;
  sessionId: string | null;
  role: TurnRole;
  transcript: string;
  timestamp: Date;
}

/** What stands of one avatar session; `version` and `hash` are what repeats are told by. */
export interface SessionRecord {
  sessionId: string;
  /** Whose session it was as its sender says, which need not be true. */
  visitorId?: string;
  /** Of the request that opened it, by which whoever watches the page finds it. */
  traceId?: string;
  version: number;
  hash: string;
  status: ConversationStatus;
  endReason?: EndReason;
  durationSeconds?: number;
  truncated?: boolean;
  complete?: boolean;
  deliveredAt: Date;
  /** BSON size of this session's turns. */
  bytes: number;
}

/** Marks a transcript whose turns are `TurnRecord`s in order; records from before lack it. */
export const TURNS_LAYOUT = 1;

/**
 * A stored conversation with its whole transcript, so that a delivery's effect and its dedupe are
 * one write. Records from before may hold only `sessionId`, `transcript` and `status`.
 */
export interface ConversationRecord {
  _id: RecordId;
  /** Missing on records from before. */
  accountId?: string | null;
  externalId?: string;
  visitorId?: string | null;
  /** Opened with its visitor's proof. */
  proof?: boolean | null;
  /** Made by a delivery, and nothing was said or written in it yet: whoever opens it gets it. */
  unclaimed?: boolean;
  pageUrl?: string;
  status?: ConversationStatus;
  /** The session that was delivered last. */
  sessionId?: string;
  layout?: number | null;
  sessions?: SessionRecord[];
  transcript?: TurnRecord[];
  createdAt?: Date;
  /** Missing on records from before. */
  lastActivityAt?: Date | null;
  /** Since when it is out of everybody's reach: its messages go, then the record itself. */
  removingAt?: Date | null;
  /** What the `externalId` was, on a record that is being removed. */
  formerExternalId?: string;
}

export const CONVERSATION = 'Conversation';

export const conversationSchema = new Schema<ConversationRecord>(
  {
    _id: { type: Schema.Types.Mixed, required: true },
    accountId: String,
    externalId: String,
    visitorId: String,
    proof: Boolean,
    unclaimed: Boolean,
    pageUrl: String,
    status: String,
    sessionId: String,
    layout: Number,
    // Plain, because casting 5,000 turns one by one costs more than storing them.
    sessions: { type: [Schema.Types.Mixed], default: undefined },
    transcript: { type: [Schema.Types.Mixed], default: undefined },
    createdAt: Date,
    lastActivityAt: Date,
    removingAt: Date,
    formerExternalId: String,
  },
  { versionKey: false },
);

// Unique indexes begin with the account, by which a cluster spreads the records: each machine can
// watch over its own only. SecantusDB finds nothing by one when a query has a third condition.
conversationSchema.index(
  { accountId: 1, externalId: 1 },
  { name: 'external', unique: true, partialFilterExpression: { externalId: IS_TEXT } },
);
// For whoever looks for one by hand: SecantusDB would take the index above and find nothing.
conversationSchema.index(
  { externalId: 1 },
  { name: 'externalOfAny', partialFilterExpression: { externalId: IS_TEXT } },
);
conversationSchema.index(
  { accountId: 1, removingAt: 1 },
  { name: 'removing', partialFilterExpression: { removingAt: IS_TIME } },
);
conversationSchema.index(
  { removingAt: 1 },
  { name: 'removingOfAny', partialFilterExpression: { removingAt: IS_TIME } },
);
conversationSchema.index({ accountId: 1, visitorId: 1, _id: 1 });
conversationSchema.index({ accountId: 1, lastActivityAt: 1, _id: 1 });
conversationSchema.index({ accountId: 1, 'sessions.status': 1 });
conversationSchema.index(
  { accountId: 1, 'sessions.visitorId': 1 },
  { name: 'saidBy', partialFilterExpression: { 'sessions.visitorId': IS_TEXT } },
);
