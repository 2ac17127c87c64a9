import {
  SESSION_STATES,
  type SessionState,
} from '../../apps/ilianaai-avatar/src/sessions/domain/session-states.js';
import type { LedgerSession, SpokenLine } from '../vendor-simulator/simulator.control.js';
import type { World } from './world.js';

/** A session as the vendor knows it, with every line that was spoken. */
export type VendorEvidence = LedgerSession & { readonly transcript: readonly SpokenLine[] };

export interface StoredTurn {
  readonly sessionId: string | null;
  readonly role: string;
  readonly transcript: string;
  readonly timestamp: Date;
}

/** A conversation in Petya's database. */
export interface StoredConversation {
  readonly id: string;
  readonly accountId: string;
  readonly externalId: string | null;
  readonly status: string;
  readonly sessions: readonly {
    readonly sessionId: string;
    readonly status: string;
    readonly endReason?: string;
  }[];
  readonly transcript: readonly StoredTurn[];
}

/** A session record of the avatar app. */
export interface StoredSession {
  readonly _id: string;
  readonly vendorSessionId: string | null;
  readonly accountId: string;
  readonly state: string;
  readonly slot: number | null;
  readonly endReason: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly vendorToken: string | null;
  readonly media: string | null;
  readonly dueAt: Date | null;
  readonly outboxDueAt: Date | null;
  readonly lease: { readonly epoch: number };
  readonly stop: {
    readonly reason: string;
    readonly by?: string;
    readonly byName?: string;
  } | null;
  readonly transcript: { readonly cursor: number | null };
  readonly delivery: { readonly version: number; readonly deliveredVersion: number };
}

/** Everything the two databases and the vendor hold. */
export interface Evidence {
  readonly vendor: ReadonlyMap<string, VendorEvidence>;
  readonly conversations: readonly StoredConversation[];
  readonly sessions: readonly StoredSession[];
  /** What the processes wrote to their logs. */
  readonly logs: readonly NamedText[];
  /** Everything that lies in the databases, collection by collection. */
  readonly collections: readonly NamedText[];
}

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

export async function gatherEvidence(world: World): Promise<Evidence> {
  const { sessions: rows } = await world.control.ledger('?limit=1');
  const vendor = new Map<string, VendorEvidence>();
  for (const { sessionId, lines, ...row } of rows) {
    const full = lines > 0 ? await world.control.session(sessionId) : null;
    const transcript = full?.transcript ?? [];
    vendor.set(sessionId, { ...row, sessionId, lines, transcript });
  }
  return {
    vendor,
    conversations: await readConversations(world),
    sessions: await readSessions(world),
    logs: await Promise.all(
      world.processes.list().map(async (process) => ({
        name: process.name,
        text: await process.readLog(),
      })),
    ),
    collections: (
      await Promise.all(DATABASES.map((database) => readCollections(world, database)))
    ).flat(),
  };
}

const DATABASES = ['avatar', 'petya'] as const;

async function readCollections(
  world: World,
  database: (typeof DATABASES)[number],
): Promise<NamedText[]> {
  const collections = await world.db(database).collections();
  return Promise.all(
    collections.map(async (collection) => ({
      name: `${database}.${collection.collectionName}`,
      text: JSON.stringify(await collection.find().toArray()),
    })),
  );
}

export async function readSessions(world: World): Promise<StoredSession[]> {
  return world.db('avatar').collection<StoredSession>('sessions').find().toArray();
}

const UNDONE_STATES = SESSION_STATES.filter((state) => state !== 'delivered' && state !== 'failed');

/** What is due later than this is the deletion of turns that Petya has had for a week. */
const FAR_OFF_MS = 24 * 60 * 60 * 1000;

/** Whether a record has nothing to wait for but the deletion of its turns. */
export function isFarOff(dueAt: Date | null): boolean {
  return dueAt === null || dueAt.getTime() > Date.now() + FAR_OFF_MS;
}

/** Asked again and again while sessions settle, so it reads only what is not done. */
export async function countUndone(world: World): Promise<number> {
  const sessions = world.db('avatar').collection<StoredSession>('sessions');
  const isDue = { $gt: new Date(0), $lt: new Date(Date.now() + FAR_OFF_MS) };
  const undone = await Promise.all(
    [{ state: { $in: UNDONE_STATES } }, { dueAt: isDue }, { outboxDueAt: isDue }].map((filter) =>
      sessions.find(filter, { projection: { _id: 1 } }).toArray(),
    ),
  );
  return new Set(undone.flat().map(({ _id }) => _id)).size;
}

export async function hasSessionIn(world: World, state: SessionState): Promise<boolean> {
  return (await world.db('avatar').collection('sessions').findOne({ state })) !== null;
}

async function readConversations(world: World): Promise<StoredConversation[]> {
  const records = await world.db('petya').collection('conversations').find().toArray();
  return records.map((record) => ({
    id: String(record._id),
    accountId: String(record['accountId']),
    externalId: (record['externalId'] as string | undefined) ?? null,
    status: String(record['status']),
    sessions: (record['sessions'] ?? []) as StoredConversation['sessions'],
    transcript: (record['transcript'] ?? []) as StoredTurn[],
  }));
}
