import type { Connection } from 'mongoose';
import type { CommandStartedEvent, Document } from 'mongodb';

/** A question that an app asks of one collection. */
export interface Question {
  readonly collection: string;
  /** `find sessions by dueAt, lease.until`, without the values of a run. */
  readonly shape: string;
  readonly filter: Document;
  /** Members that it changes, where it changes any. */
  readonly changes: readonly string[];
}

/** Collects every question from now on. The connection's URI is a `countedUri`. */
export function collectQuestions(connection: Connection): Map<string, Question> {
  const questions = new Map<string, Question>();
  connection.getClient().on('commandStarted', ({ command, commandName }: CommandStartedEvent) => {
    for (const question of questionsOf(command, commandName)) {
      questions.set(question.shape, question);
    }
  });
  return questions;
}

/**
 * Whether a cluster knows from a filter where to ask: the shard key is named by value. Any other
 * condition on it goes to every machine.
 */
export function isTargeted({ filter }: Question, key: string): boolean {
  const condition: unknown = filter[key];
  if (typeof condition !== 'object' || condition === null) return typeof condition === 'string';
  // An id is an object too, and a condition is a plain one.
  if (Object.getPrototypeOf(condition) !== Object.prototype) return !(condition instanceof RegExp);
  return ['$in', '$eq'].includes(Object.keys(condition).join());
}

function questionsOf(command: Document, name: string): Question[] {
  const collection = String(command[name]);
  const one = (filter: Document, update?: unknown): Question => {
    const changes = changedBy(update);
    const by = Object.keys(filter).toSorted().join(', ') || 'nothing';
    const sets = name === 'update' ? ` sets ${changes.join(', ')}` : '';
    return { collection, shape: `${name} ${collection} by ${by}${sets}`, filter, changes };
  };
  switch (name) {
    case 'find':
      return [one(command['filter'])];
    case 'findAndModify':
      return [one(command['query'], command['update'])];
    case 'aggregate':
      return [one(command['pipeline'][0]?.$match ?? {})];
    case 'update':
      return (command['updates'] as Document[]).map(({ q, u }) => one(q, u));
    case 'delete':
      return (command['deletes'] as Document[]).map(({ q }) => one(q));
    default:
      return [];
  }
}

function changedBy(update: unknown): string[] {
  if (update === undefined) return [];
  const stages = (Array.isArray(update) ? update : [update]) as Document[];
  const members = stages.flatMap(({ $set = {}, $unset = {} }) => [
    ...Object.keys($set as object),
    ...Object.keys($unset as object),
  ]);
  return [...new Set(members)].toSorted();
}
