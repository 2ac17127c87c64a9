import type { Document } from 'mongodb';
import { isPlain } from './is-plain.js';

/** One statement that an app sends to its database, apart from the values of a run. */
export interface Statement {
  /** `find one sessions: accountId, slot $gte $lt; by dueAt`. */
  readonly shape: string;
  readonly command: string;
  readonly collection: string;
  /** What it is about, as it was sent; an insert is about nothing that stands. */
  readonly filter: Document;
  readonly sort: Readonly<Record<string, number>>;
  /** One record at most is answered or written. */
  readonly isOfOne: boolean;
  readonly isUpsert: boolean;
  /** Members that it sets or unsets. */
  readonly changes: readonly string[];
  /** Operators, stages and system variables, as `$gt`, `stage $match` and `$$NOW`. */
  readonly operators: readonly string[];
}

/** Statements of a command; none of one that asks for no records (`hello`, `createIndexes`). */
export function statementsOf(command: Document, name: string): Statement[] {
  const collection = String(command[name]);
  const about = { command: name, collection };
  switch (name) {
    case 'find': {
      const { filter = {}, limit = 0 } = command;
      const sort = sortOf(command['sort']);
      return [statement({ ...about, filter, sort, isOfOne: limit === 1, isCut: limit > 1 })];
    }
    case 'findAndModify': {
      const { query: filter = {}, update, upsert = false } = command;
      const sort = sortOf(command['sort']);
      return [statement({ ...about, filter, update, sort, isOfOne: true, isUpsert: upsert })];
    }
    case 'aggregate':
      return [pipelineStatement(about, command['pipeline'] as Document[])];
    case 'update':
      return (command['updates'] as Document[]).map(({ q, u, multi = false, upsert = false }) =>
        statement({ ...about, filter: q, update: u, isOfOne: !multi, isUpsert: upsert }),
      );
    case 'delete':
      return (command['deletes'] as Document[]).map(({ q, limit }) =>
        statement({ ...about, filter: q, isOfOne: limit === 1 }),
      );
    case 'insert':
      return [statement({ ...about, filter: {}, isOfOne: true })];
    default:
      return [];
  }
}

/** The driver keeps the order of members in a map. */
function sortOf(sort: unknown): Readonly<Record<string, number>> {
  return sort instanceof Map ? Object.fromEntries(sort) : ((sort ?? {}) as Record<string, number>);
}

interface Given {
  readonly command: string;
  readonly collection: string;
  readonly filter: Document;
  readonly isOfOne: boolean;
  readonly isCut?: boolean;
  readonly isUpsert?: boolean;
  readonly sort?: Readonly<Record<string, number>>;
  readonly update?: unknown;
  readonly stages?: readonly Document[];
}

function statement(given: Given): Statement {
  const { command, collection, filter, isOfOne, isUpsert = false, sort = {}, update } = given;
  const operators = [
    ...operatorsOf(filter),
    ...operatorsOf(given.stages ?? []),
    ...updateOperators(update),
  ];
  return {
    shape: shapeOf(given),
    command,
    collection,
    filter,
    sort,
    isOfOne,
    isUpsert,
    changes: changedBy(update),
    operators: [...new Set(operators)].toSorted(),
  };
}

function pipelineStatement(
  about: Pick<Given, 'command' | 'collection'>,
  [match = {}, ...others]: Document[],
): Statement {
  const filter: Document = match['$match'] ?? {};
  const stages = match['$match'] ? others : [match, ...others];
  const sort = sortOf(stages.find((stage) => '$sort' in stage)?.['$sort']);
  return statement({ ...about, filter, stages, isOfOne: false, sort });
}

function shapeOf({ command, collection, filter, sort = {}, ...given }: Given): string {
  if (command === 'insert') return `insert ${collection}`;
  const number =
    command === 'find' || command === 'aggregate' ? '' : given.isOfOne ? ' one' : ' all';
  const stages = (given.stages ?? []).map((stage) => Object.keys(stage).join());
  const parts = [
    conditionsOf(filter) || 'everything',
    ...(Object.keys(sort).length > 0 ? [`by ${orderOf(sort)}`] : []),
    ...(command === 'find' && given.isOfOne ? ['first'] : []),
    ...(given.isCut ? ['some'] : []),
    ...(stages.length > 0 ? [`then ${stages.join(' ')}`] : []),
    ...(given.update === undefined ? [] : [updateKind(given.update)]),
    ...(given.isUpsert ? ['or insert'] : []),
  ];
  return `${command}${number} ${collection}: ${parts.join('; ')}`;
}

function orderOf(sort: Readonly<Record<string, number>>): string {
  return Object.entries(sort)
    .map(([member, way]) => (way < 0 ? `-${member}` : member))
    .join(', ');
}

function updateKind(update: unknown): string {
  return Array.isArray(update)
    ? 'by pipeline'
    : Object.keys(update as object)
        .toSorted()
        .join(' ');
}

/** `accountId, dueAt $gt $lte, $or(a | b)`: a list of values is as one value. */
export function conditionsOf(filter: Document): string {
  return Object.entries(filter)
    .map(([member, condition]: [string, unknown]) => conditionOf(member, condition))
    .toSorted()
    .join(', ');
}

function conditionOf(member: string, condition: unknown): string {
  if (Array.isArray(condition) && member.startsWith('$')) {
    const parts = condition.map((each) => conditionsOf(each as Document));
    return `${member}(${[...new Set(parts)].toSorted().join(' | ')})`;
  }
  if (member === '$expr') return member;
  if (condition === null) return `${member} null`;
  if (!isPlain(condition)) return member;
  const operators = Object.keys(condition).filter((name) => name !== '$in' && name !== '$eq');
  const inner = operators.map((name) => {
    const value: unknown = condition[name];
    return name === '$elemMatch' && isPlain(value) ? `${name}(${conditionsOf(value)})` : name;
  });
  return [member, ...inner.toSorted()].join(' ');
}

function updateOperators(update: unknown): string[] {
  if (!Array.isArray(update)) return operatorsOf(update);
  return ['update by pipeline', ...operatorsOf(update)];
}

function operatorsOf(value: unknown): string[] {
  if (typeof value === 'string') return /^\$\$[A-Z]+/.exec(value)?.slice() ?? [];
  if (Array.isArray(value)) return value.flatMap(operatorsOf);
  if (!isPlain(value)) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    name === '$literal' ? [name] : [...(name.startsWith('$') ? [name] : []), ...operatorsOf(inner)],
  );
}

function changedBy(update: unknown): string[] {
  const stages = (Array.isArray(update) ? update : [update ?? {}]) as Document[];
  const members = stages.flatMap((stage) =>
    Object.values(stage).flatMap((set: unknown) => {
      if (typeof set === 'string') return [set];
      return Array.isArray(set) ? (set as string[]) : Object.keys(set as object);
    }),
  );
  return [...new Set(members)].toSorted();
}
