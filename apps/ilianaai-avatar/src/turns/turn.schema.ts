import type { TurnRole } from '#contracts';
import { type mongo, Schema } from 'mongoose';
import type { LineSource } from './merge/source-line.js';

/** One line as one source saw it. `sessionId` is our own id of the session record. */
export interface TurnDocument {
  sessionId: string;
  accountId: string;
  source: LineSource;
  /** Unique within its source: the client's message id, or the place in the vendor's record. */
  key: string;
  role: TurnRole;
  text: string;
  at: Date;
  /** Order among lines of one source at the same time. */
  position: number;
  /**
   * Goes out empty, and the server puts its cluster time in when it inserts: unique, and later than
   * that of whatever was acknowledged before, also by another primary whose clock is behind.
   */
  stored?: mongo.Timestamp;
  /** Whether `at` was told with the line. */
  isTold?: boolean;
}

export const TURN_MODEL = 'Turn';

export const turnSchema = new Schema<TurnDocument>(
  {
    sessionId: { type: String, required: true },
    accountId: { type: String, required: true },
    source: { type: String, required: true },
    key: { type: String, required: true },
    role: { type: String, required: true },
    text: { type: String, required: true },
    at: { type: Date, required: true },
    position: { type: Number, required: true },
    stored: { type: Schema.Types.Mixed },
    isTold: { type: Boolean },
  },
  { collection: 'turns', versionKey: false },
);

// A turn that is sent again is the same turn; the same index reads a whole transcript. It begins
// with the account, by which a cluster spreads the turns.
turnSchema.index({ accountId: 1, sessionId: 1, source: 1, key: 1 }, { unique: true });
