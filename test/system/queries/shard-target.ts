import type { Document } from 'mongodb';
import { isPlain } from './is-plain.js';

/** Where a cluster sends a statement. */
export type ShardTarget = 'one' | 'some' | 'all';

/** What of a statement says where it goes. */
export interface Aimed {
  readonly command: string;
  readonly filter: Document;
  readonly isOfOne: boolean;
}

/**
 * Where a statement goes in a cluster: to the machines that have the first members of the shard key
 * which its filter names by value, and to all where it names none. A write of one record has to name
 * the whole key, or the record's id at least.
 */
export function shardTarget(
  { command, filter, isOfOne }: Aimed,
  key: readonly string[],
): ShardTarget {
  if (command === 'insert') return 'one';
  const firstOpen = key.findIndex((member) => !isByValue(filter[member]));
  if (firstOpen < 0) return 'one';
  const isWriteOfOne = isOfOne && command !== 'find';
  return firstOpen === 0 || isWriteOfOne ? 'all' : 'some';
}

function isByValue(condition: unknown): boolean {
  if (!isPlain(condition)) {
    // A record without the member lies somewhere, too.
    return condition !== undefined && condition !== null && !(condition instanceof RegExp);
  }
  return ['$in', '$eq'].includes(Object.keys(condition).join());
}

/**
 * Whether each machine can watch over a unique index by itself: the index begins with the whole shard
 * key, as the server demands.
 */
export function isWatchedOver(indexKey: readonly string[], shardKey: readonly string[]): boolean {
  return shardKey.every((member, place) => indexKey[place] === member);
}
