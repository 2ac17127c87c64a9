import { IS_TEXT, IS_TIME } from '#platform';
import { Schema } from 'mongoose';
import { SESSION_STATES } from '../domain/session-states.js';
import type { Session } from '../domain/session.js';

/** The session as it lies in MongoDB: the record itself, under `_id`. */
export type SessionDocument = Omit<Session, 'id'> & { readonly _id: string };

export const SESSION_MODEL = 'Session';

/**
 * Shapes are checked where data enters (DTOs, vendor mappers); the schema names the members that
 * queries and indexes use and lets the rest through as it is.
 */
export const sessionSchema = new Schema<SessionDocument>(
  {
    _id: { type: String, required: true },
    vendor: { type: String, required: true },
    vendorSessionId: { type: String, default: null },
    accountId: { type: String, required: true },
    state: { type: String, enum: SESSION_STATES, required: true },
    rev: { type: Number, required: true },
    slot: { type: Number, default: null },
    dueAt: { type: Date, default: null },
    endDueAt: { type: Date, default: null },
    outboxDueAt: { type: Date, default: null },
    startedAt: { type: Date, default: null },
  },
  { collection: 'sessions', strict: false, minimize: false, versionKey: false },
);

sessionSchema.index(
  { accountId: 1, slot: 1 },
  { name: 'slot', unique: true, partialFilterExpression: { slot: { $gte: 0 } } },
);
// A unique index begins with the account, by which a cluster spreads the sessions: each machine can
// watch over its own only.
sessionSchema.index(
  { accountId: 1, vendorSessionId: 1 },
  { name: 'vendorOfAccount', unique: true, partialFilterExpression: { vendorSessionId: IS_TEXT } },
);
// For the sweep, which starts from the vendor's ids.
sessionSchema.index(
  { vendorSessionId: 1 },
  { name: 'vendorSession', partialFilterExpression: { vendorSessionId: IS_TEXT } },
);
sessionSchema.index(
  { accountId: 1, idempotencyKey: 1 },
  { name: 'idempotency', unique: true, partialFilterExpression: { idempotencyKey: IS_TEXT } },
);
sessionSchema.index({ dueAt: 1 }, { name: 'due', partialFilterExpression: { dueAt: IS_TIME } });
sessionSchema.index(
  { endDueAt: 1 },
  { name: 'endDue', partialFilterExpression: { endDueAt: IS_TIME } },
);
sessionSchema.index(
  { outboxDueAt: 1 },
  { name: 'outboxDue', partialFilterExpression: { outboxDueAt: IS_TIME } },
);
sessionSchema.index({ state: 1, createdAt: 1, _id: 1 });
// For the operator: what an account has in some state, and what was said of a conversation or a trace.
sessionSchema.index({ accountId: 1, state: 1, createdAt: 1, _id: 1 });
sessionSchema.index(
  { conversationId: 1, createdAt: 1, _id: 1 },
  { name: 'ofConversation', partialFilterExpression: { conversationId: IS_TEXT } },
);
sessionSchema.index(
  { traceId: 1, createdAt: 1, _id: 1 },
  { name: 'ofTrace', partialFilterExpression: { traceId: IS_TEXT } },
);
// What an erasure is about: a visitor, a conversation, or all of an account, in the order of their ids.
sessionSchema.index(
  { accountId: 1, visitorId: 1, _id: 1 },
  { name: 'ofVisitorById', partialFilterExpression: { visitorId: IS_TEXT } },
);
sessionSchema.index(
  { accountId: 1, conversationId: 1, _id: 1 },
  { name: 'ofConversationById', partialFilterExpression: { conversationId: IS_TEXT } },
);
sessionSchema.index({ accountId: 1, _id: 1 });
// What all accounts have used in some time.
sessionSchema.index(
  { startedAt: 1, _id: 1 },
  { name: 'startedOfAll', partialFilterExpression: { startedAt: IS_TIME } },
);
// What an account has used in some time.
sessionSchema.index(
  { accountId: 1, startedAt: 1, _id: 1 },
  { name: 'started', partialFilterExpression: { startedAt: IS_TIME } },
);
