import { Schema } from 'mongoose';
import { SESSION_STATES } from './session-states.js';
import type { Session } from './session.js';
import type { UniqueMembers } from './unique-members.js';

/** The session as it lies in MongoDB: the record itself, under `_id`. */
export type SessionDocument = Omit<Session, 'id'> & UniqueMembers & { readonly _id: string };

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
    slotKey: { type: String, required: true },
    vendorKey: { type: String, required: true },
    idempotencyId: { type: String, required: true },
    dueAt: { type: Date, default: null },
    outboxDueAt: { type: Date, default: null },
  },
  { collection: 'sessions', strict: false, minimize: false, versionKey: false },
);

// Plain indexes on members that are always there: no look-up depends on a planner that has to see
// through a partial filter, and servers that ignore such filters are as fast.
sessionSchema.index({ accountId: 1, slotKey: 1 }, { unique: true });
sessionSchema.index({ accountId: 1, idempotencyId: 1 }, { unique: true });
sessionSchema.index({ vendorKey: 1 }, { unique: true });
sessionSchema.index({ dueAt: 1 });
sessionSchema.index({ outboxDueAt: 1 });
sessionSchema.index({ state: 1, createdAt: 1, _id: 1 });
