import type { Document } from 'mongodb';
import { isDeepStrictEqual } from 'node:util';
import { isPlain } from './is-plain.js';

export interface Index {
  readonly name: string;
  readonly key: Readonly<Record<string, number>>;
  readonly unique?: boolean;
  readonly partialFilterExpression?: Document;
  readonly expireAfterSeconds?: number;
}

export interface Asked {
  readonly filter: Document;
  readonly sort: Readonly<Record<string, number>>;
}

/** How an index serves a query. */
export interface Service {
  /** Its name; null where every record is looked at. */
  readonly index: string | null;
  /** Members of its key that narrow the search down. */
  readonly bound: readonly string[];
  /** It finds one record, or one for each value of a list. */
  readonly isPoint: boolean;
  /** It gives the records in the order that is asked for. */
  readonly isInOrder: boolean;
  /** Conditions that are left to be looked at in what it finds. */
  readonly rest: readonly string[];
}

/** Conditions that a range of an index answers. */
const RANGE = ['$gt', '$gte', '$lt', '$lte', '$type', '$exists'];

/** The index that serves a query best, by the rule of equality, sort, range. */
export function servingIndex(asked: Asked, indexes: readonly Index[]): Service {
  const filter = flat(asked.filter);
  const services = indexes
    .filter(({ partialFilterExpression = {} }) => implies(filter, partialFilterExpression))
    .map((index) => serviceOf({ filter, sort: asked.sort }, index))
    .filter(({ bound, isInOrder }) => bound.length > 0 || (isInOrder && hasMembers(asked.sort)));
  const [best] = services.toSorted(
    (a, b) =>
      Number(b.isPoint) - Number(a.isPoint) ||
      Number(b.isInOrder) - Number(a.isInOrder) ||
      b.bound.length - a.bound.length,
  );
  const rest = Object.keys(filter);
  return (
    best ?? { index: null, bound: [], isPoint: false, isInOrder: !hasMembers(asked.sort), rest }
  );
}

function serviceOf(
  { filter, sort }: Asked,
  { name, key, unique = name === '_id_' }: Index,
): Service {
  const members = Object.keys(key);
  const firstOther = members.findIndex((member) => !isEquality(filter[member], member in filter));
  const equal = firstOther < 0 ? members : members.slice(0, firstOther);
  const next = members[equal.length];
  const hasRange = next !== undefined && next in filter && isRange(filter[next]);
  const bound = hasRange ? [...equal, next] : equal;
  return {
    index: name,
    bound,
    isPoint: unique && equal.length === members.length,
    isInOrder: isInOrder(sort, key, equal),
    rest: Object.keys(filter).filter((member) => !bound.includes(member)),
  };
}

/** Behind what is bound to a value, the order of an index is that of its next members, or its reverse. */
function isInOrder(sort: Asked['sort'], key: Index['key'], equal: readonly string[]): boolean {
  const wanted = Object.entries(sort).filter(([member]) => !equal.includes(member));
  const given = Object.entries(key).slice(equal.length, equal.length + wanted.length);
  const reversed = given.map(([member, way]) => [member, -way]);
  return isDeepStrictEqual(given, wanted) || isDeepStrictEqual(reversed, wanted);
}

function flat({ $and = [], ...filter }: Document): Document {
  return Object.assign({}, filter, ...($and as Document[]));
}

function hasMembers(value: object): boolean {
  return Object.keys(value).length > 0;
}

function isEquality(condition: unknown, isThere: boolean): boolean {
  if (!isThere) return false;
  if (!isPlain(condition)) return !(condition instanceof RegExp);
  return ['$in', '$eq'].includes(Object.keys(condition).join());
}

function isRange(condition: unknown): boolean {
  return isPlain(condition) && Object.keys(condition).every((name) => RANGE.includes(name));
}

/** Whether whatever a query finds is in a partial index. */
function implies(filter: Document, partial: Document): boolean {
  return Object.entries(partial).every(([member, expected]: [string, Document]) => {
    if (!(member in filter)) return false;
    const values = valuesOf(filter[member]);
    const [operator = '', bound] = Object.entries(expected)[0] ?? [];
    if (operator === '$exists') return values ? !values.includes(null) : isThere(filter[member]);
    if (values) return values.every((value) => isAbove(value, bound, operator === '$gte'));
    return beginsAbove(filter[member], bound, operator === '$gte');
  });
}

/** The values that a condition lets through; null where it is none on values. */
function valuesOf(condition: unknown): readonly unknown[] | null {
  if (!isPlain(condition)) return [condition];
  const { $in, $eq } = condition;
  if (Array.isArray($in)) return $in;
  return '$eq' in condition ? [$eq] : null;
}

function isThere(condition: Document): boolean {
  return isRange(condition) && condition['$exists'] !== false;
}

function beginsAbove(condition: Document, bound: unknown, isIncluded: boolean): boolean {
  const { $gt, $gte } = condition;
  return (
    ($gt !== undefined && isAbove($gt, bound, true)) ||
    ($gte !== undefined && isAbove($gte, bound, isIncluded))
  );
}

/** Values of two kinds are never in one range. */
function isAbove(value: unknown, bound: unknown, isIncluded: boolean): boolean {
  const isComparable =
    (typeof value === 'string' && typeof bound === 'string') ||
    (typeof value === 'number' && typeof bound === 'number') ||
    (value instanceof Date && bound instanceof Date);
  if (!isComparable) return false;
  const [one, other] = [value.valueOf(), bound.valueOf()];
  return one > other || (isIncluded && one === other);
}
