import { readFileSync } from 'node:fs';
import type { Document } from 'mongodb';
import { MAJORITY_MS, type Reach } from '../../../libs/platform/src/mongo/operation-deadlines.js';
import type { Statement } from './command-shape.js';
import { deadlineOf } from './deadlines.js';
import { versionNeeded } from './first-versions.js';
import { type Index, servingIndex } from './serving-index.js';
import { type ShardTarget, shardTarget } from './shard-target.js';

/** What follows from a statement and from what its collection has. */
export interface Findings {
  /** Index that serves it; null where every record is looked at; none for an insert. */
  readonly index?: string | null;
  /** Conditions that are left to be looked at in what the index finds, unless that is one record. */
  readonly rest?: string;
  /** The server has to sort what it finds. */
  readonly sorts?: true;
  /** Machines of a cluster that are asked, where it is not the only one that can have it. */
  readonly shards?: Exclude<ShardTarget, 'one'>;
  /** The version of MongoDB that has all it uses, where the driver does not need it anyway. */
  readonly needs?: string;
  /** How long it may take, where that is not as long as a call; see `operation-deadlines.ts`. */
  readonly deadline?: Exclude<Reach, 'callMs'>;
  /** What it says otherwise than the client does for all. */
  readonly concern?: string;
}

/** A statement as it is entered in the catalogue. */
export interface Entry extends Findings {
  /** Why it may be so; a sentence, or the name of one of the reasons that several have. */
  readonly why?: string;
}

export interface Catalogue {
  readonly shardKeys: Readonly<Record<string, readonly string[]>>;
  readonly reasons: Readonly<Record<string, string>>;
  readonly statements: Readonly<Record<string, Entry>>;
}

/** What every command of the clients says, unless its entry says otherwise. */
export const USUAL_CONCERNS = {
  write: { w: 'majority', wtimeout: MAJORITY_MS, j: true },
  read: { level: 'majority' },
} as const;

const READS = ['find', 'aggregate'];

export function loadCatalogue(): Catalogue {
  const text = readFileSync(new URL('../queries.json', import.meta.url), 'utf8');
  return JSON.parse(text) as Catalogue;
}

/** What follows from a statement, for comparing with its entry. */
export function findingsOf(
  statement: Statement,
  sent: Document,
  {
    indexes,
    shardKey,
  }: { readonly indexes: readonly Index[]; readonly shardKey: readonly string[] },
): Findings {
  const shards = shardTarget(statement, shardKey);
  const needs = versionNeeded(statement.operators);
  const deadline = deadlineOf(statement);
  const concern = concernOf(sent, statement.command);
  return {
    ...(statement.command === 'insert' ? {} : servedBy(statement, indexes)),
    ...(shards === 'one' ? {} : { shards }),
    ...(needs === null ? {} : { needs }),
    ...(deadline === 'callMs' ? {} : { deadline }),
    ...(concern === null ? {} : { concern }),
  };
}

function servedBy(
  statement: Statement,
  indexes: readonly Index[],
): Pick<Findings, 'index' | 'rest' | 'sorts'> {
  const { index, isPoint, isInOrder, rest } = servingIndex(statement, indexes);
  return {
    index,
    ...(isPoint || rest.length === 0 ? {} : { rest: rest.toSorted().join(', ') }),
    ...(isInOrder || isPoint ? {} : { sorts: true as const }),
  };
}

/** Null where a command says what the client says for all. */
function concernOf(sent: Document, command: string): string | null {
  const isRead = READS.includes(command);
  const said: unknown = sent[isRead ? 'readConcern' : 'writeConcern'];
  const usual = JSON.stringify(isRead ? USUAL_CONCERNS.read : USUAL_CONCERNS.write);
  const text = JSON.stringify(said ?? null);
  return text === usual ? null : text;
}

/** What of an entry's findings somebody has to give a reason for; null where nothing. */
export function oddity({ index, rest, sorts, shards, concern }: Findings): string | null {
  if (index === null) return 'no index serves it';
  if (sorts) return 'it is sorted by the server';
  if (shards === 'all') return 'every machine of a cluster is asked';
  if (concern !== undefined) return 'it has a concern of its own';
  return rest === undefined ? null : 'it looks at more than it finds';
}
