import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { freshDatabase } from '../support/mongo.js';
import { databaseUri } from './database-uri.js';
import { type Database, startDatabase } from './database.js';

const writeOptions = { writeConcern: { w: 'majority', journal: true } } as const;

async function withClient<T>(
  uri: string,
  work: (client: mongoose.mongo.MongoClient) => Promise<T>,
): Promise<T> {
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

function countNotes(uri: string): Promise<number> {
  return withClient(uri, (client) => client.db().collection('notes').countDocuments());
}

async function addNote(uri: string): Promise<void> {
  await withClient(uri, (client) =>
    client.db().collection('notes').insertOne({ text: 'kept' }, writeOptions),
  );
}

describe('a server of our own with a data folder', () => {
  let dataDir: string;
  let database: Database | undefined;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'stack-data-'));
  });

  afterEach(async () => {
    await database?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keeps acknowledged writes over SIGKILL, restart and a later run', async () => {
    database = await startDatabase({ dataDir, ownServer: true });
    const uri = databaseUri(database.uri, 'notes');
    await addNote(uri);
    await database.kill();
    expect(database.pid).toBeUndefined();
    await database.restart();
    expect(await countNotes(uri)).toBe(1);
    await database.stop();
    database = await startDatabase({ dataDir, ownServer: true });
    expect(await countNotes(databaseUri(database.uri, 'notes'))).toBe(1);
  }, 60_000);
});

describe('a fresh database', () => {
  it('is empty, apart from every other one, and gone after drop', async () => {
    const [first, second] = [freshDatabase(), freshDatabase()];
    await addNote(first.uri);
    expect(await countNotes(first.uri)).toBe(1);
    expect(await countNotes(second.uri)).toBe(0);
    await first.drop();
    expect(await countNotes(first.uri)).toBe(0);
  });
});
