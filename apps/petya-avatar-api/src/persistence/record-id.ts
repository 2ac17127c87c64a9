import { Types } from 'mongoose';

/** Our own ids are ObjectIds; records from before may carry a plain string. */
export type RecordId = Types.ObjectId | string;

const OBJECT_ID = /^[0-9a-f]{24}$/;

/** The stored form of an id that came in as text. Text that is no ObjectId stays what it is. */
export function recordId(id: string): RecordId {
  return OBJECT_ID.test(id) ? new Types.ObjectId(id) : id;
}

/** The id that text may stand for in a collection that holds ids of ours only; null for any other. */
export function ownId(id: string): Types.ObjectId | null {
  return OBJECT_ID.test(id) ? new Types.ObjectId(id) : null;
}

/** A new id of ours. */
export function newRecordId(): Types.ObjectId {
  return new Types.ObjectId();
}

/** When a record was made, as its id says; null where the id is a plain string. */
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
