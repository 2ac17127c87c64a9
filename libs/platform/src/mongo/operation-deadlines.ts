/** How long what the apps send to the database may take. */
export interface Deadlines {
  /**
   * One record or a bounded list of them, and each batch of a longer list. Behind it a caller gets
   * 503; a write that follows a paid effect is repeated several times within its lease.
   */
  readonly callMs: number;
  /** So much longer for each record of a group that is written together. */
  readonly recordMs: number;
  /** Changes as many records as there are, as when an account is removed. */
  readonly manyMs: number;
}

/** What the apps go by. */
export const DEADLINES: Deadlines = { callMs: 6_000, recordMs: 2, manyMs: 60_000 };

/**
 * Longest the server waits for the majority to have a write. It ends before a caller's deadline:
 * what the server answers costs no connection.
 */
export const MAJORITY_MS = 5_000;

/** Longest a health probe waits for a ping. */
export const PING_MS = 2_000;

/** An operation's deadline; a `build` takes as long as there are records and has none. */
export type Reach = 'callMs' | 'manyMs' | 'build';

/** An operation of the driver's collection. */
export interface OperationRule {
  readonly reach: Reach;
  /** The position of its options among its arguments. */
  readonly optionsAt: number;
  /** Its first argument is a list of what is written. */
  readonly isGroup?: true;
}

/**
 * Every operation that the apps send through a collection, with its deadline. `find` and `aggregate`
 * give a cursor, of which each batch has it, or as long as the `maxTimeMS` that it is called with.
 */
export const OPERATIONS = {
  find: { reach: 'callMs', optionsAt: 1 },
  aggregate: { reach: 'callMs', optionsAt: 1 },
  findOne: { reach: 'callMs', optionsAt: 1 },
  countDocuments: { reach: 'callMs', optionsAt: 1 },
  estimatedDocumentCount: { reach: 'callMs', optionsAt: 0 },
  distinct: { reach: 'callMs', optionsAt: 2 },
  indexes: { reach: 'callMs', optionsAt: 0 },
  insertOne: { reach: 'callMs', optionsAt: 1 },
  insertMany: { reach: 'callMs', optionsAt: 1, isGroup: true },
  updateOne: { reach: 'callMs', optionsAt: 2 },
  replaceOne: { reach: 'callMs', optionsAt: 2 },
  deleteOne: { reach: 'callMs', optionsAt: 1 },
  findOneAndUpdate: { reach: 'callMs', optionsAt: 2 },
  findOneAndReplace: { reach: 'callMs', optionsAt: 2 },
  findOneAndDelete: { reach: 'callMs', optionsAt: 1 },
  bulkWrite: { reach: 'callMs', optionsAt: 1, isGroup: true },
  updateMany: { reach: 'manyMs', optionsAt: 2 },
  deleteMany: { reach: 'manyMs', optionsAt: 1 },
  createIndex: { reach: 'build', optionsAt: 1 },
  createIndexes: { reach: 'build', optionsAt: 1 },
} as const satisfies Readonly<Record<string, OperationRule>>;
