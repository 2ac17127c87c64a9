import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { databaseUri } from '../stack/database-uri.js';
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
  const server = process.env['TEST_MONGODB_URI'];
  if (server === undefined) {
    throw new Error('TEST_MONGODB_URI is set by mongo.global-setup.mjs: run an e2e test by Jest.');
  }
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const uri = databaseUri(server, name);
  return { uri, name, drop: () => dropDatabase(uri) };
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
  } finally {
    await client.close();
  }
}
