import { Types } from 'mongoose';

/**
 * Ids of accounts and keys are ObjectIds, all others 128 random bits as text. Records from before
 * may carry an ObjectId or any text.
 */
export type RecordId = Types.ObjectId | string;

const OBJECT_ID = /^[0-9a-f]{24}$/;

const RANDOM_ID = /^[A-Za-z0-9_-]{22}$/;

/** The stored form of an id that came in as text. Text that is no ObjectId stays what it is. */
export function recordId(id: string): RecordId {
  return OBJECT_ID.test(id) ? new Types.ObjectId(id) : id;
}

/** Whether text has the form of an id that was made here, now or before. */
export function looksOwn(id: string): boolean {
  return RANDOM_ID.test(id) || OBJECT_ID.test(id);
}

/** Whether an id of ours can be guessed by who has seen another one: those of records from before. */
export function isGuessable(id: string): boolean {
  return !RANDOM_ID.test(id);
}

/** For how long after something happened its page is taken to be still there. */
const IN_USE_MS = 24 * 60 * 60 * 1000;

/**
 * What it says that somebody names a record by its own id. Whoever names a record of before may
 * have counted up to it, so that this is worth something only while its page may still be open.
 */
export type Handle = 'unguessable' | 'in use' | 'guessed';

/** @param lastAt when something happened with the record last; null where nobody knows */
export function handleOf(id: string, lastAt: Date | null, now: Date): Handle {
  if (!isGuessable(id)) return 'unguessable';
  const at = lastAt ?? createdAtOf(recordId(id));
  return at !== null && now.getTime() - at.getTime() < IN_USE_MS ? 'in use' : 'guessed';
}

/** The id that text may stand for in a collection that holds ObjectIds only; null for any other. */
export function ownId(id: string): Types.ObjectId | null {
  return OBJECT_ID.test(id) ? new Types.ObjectId(id) : null;
}

/**
 * A new id of what the operator makes: it may be guessed and opens nothing. What belongs to a
 * visitor has a `newId` of the platform instead.
 */
export function newRecordId(): Types.ObjectId {
  return new Types.ObjectId();
}

/** When a record was made, as its id says; null where the id is text. */
export function createdAtOf(id: RecordId): Date | null {
  return typeof id === 'string' ? null : id.getTimestamp();
}

/**
 * Filter for the records behind `id` in id order. MongoDB sorts all strings before all ObjectIds
 * and compares only within one type, so a string is followed by longer strings and every ObjectId.
 */
export function afterRecordId(id: string): Record<string, unknown> {
  const stored = recordId(id);
  if (typeof stored !== 'string') return { _id: { $gt: stored } };
  return { $or: [{ _id: { $gt: stored } }, { _id: { $type: 'objectId' } }] };
}

/** A time as it is told; null where a record from before holds none, or something else in its place. */
export function timeOf(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : null;
}
