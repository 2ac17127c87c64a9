import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { databaseUri, hostsOf } from '../stack/database-uri.js';
import { isDriversFault } from './faulty-run.js';
import { hearRecords } from './overheard.js';

export interface TestDatabase {
  /** Connection string with the database's name in it. */
  readonly uri: string;
  readonly name: string;
  /** Removes the database; call it in `afterAll`, after the app is closed. */
  drop(): Promise<void>;
}

/** A database of its own on the run's server, empty until something writes to it. */
export function freshDatabase(): TestDatabase {
  const servers = JSON.parse(process.env['TEST_MONGODB_URIS'] ?? '[]') as string[];
  // Jest counts its workers from 1.
  const worker = Number(process.env['JEST_WORKER_ID'] ?? '1') - 1;
  const server = servers[worker % servers.length];
  if (server === undefined) {
    throw new Error('TEST_MONGODB_URIS is set by mongo.global-setup.mjs: run an e2e test by Jest.');
  }
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const uri = databaseUri(server, name);
  return { uri, name, drop: () => dropDatabase(uri) };
}

/** Where the server listens that takes writes. */
export async function primaryAddress(uri: string): Promise<{ host: string; port: number }> {
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    const hello = await client.db().command({ hello: 1 });
    const primary: unknown = hello['primary'];
    const [address] = hostsOf(typeof primary === 'string' ? `mongodb://${primary}` : uri);
    if (address === undefined) throw new Error('The server does not say where it listens.');
    return address;
  } finally {
    await client.close();
  }
}

/** What was stored is looked through for secrets before it is gone. */
async function dropDatabase(uri: string): Promise<void> {
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    for (const { collectionName } of await client.db().collections()) {
      const collection = client.db().collection(collectionName);
      hearRecords(collectionName, await collection.find().toArray());
    }
    await client.db().dropDatabase();
  } catch (error) {
    // The server's folder goes with the run.
    if (!isDriversFault(error)) throw error;
  } finally {
    await client.close();
  }
}
