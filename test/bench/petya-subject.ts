import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { deliver, makeTenant, type Tenant, turn } from '../petya-avatar-api/tenant.js';
import type { Database } from '../stack/database.js';
import { databaseUri } from '../stack/database-uri.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';

/** An account of some size, on a Petya of its own, with one long conversation. */
export interface Subject {
  readonly petya: RunningPetya;
  readonly tenant: Tenant;
  /** Holds 5,000 turns: 100 pages. */
  readonly conversationId: string;
  /** The query that reads its last page. */
  readonly page100: string;
}

const LONG = 5_000;
const BATCH = 5_000;

/** @param size conversations in the account */
export async function preparePetya(server: Database, size: number): Promise<Subject> {
  const name = `bench_${randomUUID().replaceAll('-', '')}`;
  const uri = databaseUri(server.uri, name);
  const petya = await startPetya({
    database: { uri, name, drop: () => Promise.resolve() },
    environment: { LOG_LEVEL: 'error' },
  });
  const tenant = await makeTenant(petya);
  const conversationId = await tenant.openConversation();
  await deliver(petya, conversationId, {
    sessionId: 'long',
    status: 'completed',
    transcript: turns(LONG),
  });
  await fill(petya.connection, tenant.accountId, size - 1);
  return { petya, tenant, conversationId, page100: await queryOfPage(tenant, conversationId, 100) };
}

/** Turns one after the other, the last one now. */
export function turns(count: number) {
  const now = Date.now() / 1000;
  return Array.from({ length: count }, (_unused, index) =>
    turn(index % 2 === 0 ? 'user' : 'avatar', `What about number ${index}?`, now - count + index),
  );
}

async function queryOfPage(tenant: Tenant, id: string, wanted: number): Promise<string> {
  let query = '?limit=100';
  // Pages of 100 come to the same place in half the calls.
  for (let entries = 100; entries < (wanted - 1) * 50; entries += 100) {
    const { nextCursor } = await tenant.read(id, query);
    query = `?limit=100&cursor=${nextCursor}`;
  }
  const left = await tenant.read(id, query.replace('limit=100', 'limit=50'));
  return `?limit=50&cursor=${left.nextCursor}`;
}

/** The other conversations of the account: as small as they come, but for what indexes see. */
async function fill(connection: Connection, accountId: string, count: number): Promise<void> {
  for (let done = 0; done < count; done += BATCH) {
    const records = Array.from({ length: Math.min(BATCH, count - done) }, (_unused, index) => ({
      accountId,
      externalId: `filler-${done + index}`,
      externalKey: `${accountId}/filler-${done + index}`,
      status: 'completed',
      layout: 1,
      sessions: [{ sessionId: `s-${done + index}`, version: 1, status: 'completed', bytes: 0 }],
      transcript: [],
      createdAt: new Date(),
      lastActivityAt: new Date(),
    }));
    await connection.collection('conversations').insertMany(records, { ordered: false });
  }
}
