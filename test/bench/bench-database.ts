import { Telemetry } from '#platform';
import { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import {
  type AvatarConfig,
  readAvatarConfig,
} from '../../apps/ilianaai-avatar/src/config/avatar-config.js';
import { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import {
  SESSION_MODEL,
  sessionSchema,
  type SessionDocument,
} from '../../apps/ilianaai-avatar/src/sessions/store/session.schema.js';
import { databaseUri } from '../stack/database-uri.js';
import { type Database, startDatabase } from '../stack/database.js';

/** A database server of this measurement, and the app's session records on it. */
export interface BenchDatabase {
  readonly server: Database;
  readonly connection: Connection;
  readonly repository: SessionRepository;
  readonly sessions: SessionStore;
  readonly clock: DatabaseClock;
  readonly config: AvatarConfig;
  stop(): Promise<void>;
}

/**
 * Connects as the app does, with its durability, to a database of its own.
 * @param shared a server that is running; without it one is started, and stopped with the database
 * @param names of the indexes that the question needs; all without it
 */
export async function openBenchDatabase(
  shared?: Database,
  names?: readonly string[],
): Promise<BenchDatabase> {
  const server = shared ?? (await startDatabase());
  const mongodbUri = databaseUri(server.uri, `bench_${randomUUID().replaceAll('-', '')}`);
  const connection = await mongoose
    .createConnection(mongodbUri, {
      autoIndex: false,
      writeConcern: { w: 'majority', journal: true },
      readConcern: { level: 'majority' },
      retryWrites: true,
    })
    .asPromise();
  const model = connection.model<SessionDocument>(SESSION_MODEL, withIndexes(names));
  await model.createIndexes();
  const clock = new DatabaseClock(connection);
  const repository = new SessionRepository(model);
  const config = readAvatarConfig({
    NODE_ENV: 'test',
    MONGODB_URI: mongodbUri,
    LIVEAVATAR_API_KEY: 'not-called-here',
    PETYA_BASE_URL: 'http://localhost:1',
    PETYA_AUTH_TOKEN: 'not-called-here',
  });
  return {
    server,
    connection,
    repository,
    sessions: new SessionStore(repository, config, clock, new Telemetry()),
    clock,
    config,
    stop: async () => {
      await connection.dropDatabase();
      await connection.close();
      if (!shared) await server.stop();
    },
  };
}

function withIndexes(names: readonly string[] | undefined): typeof sessionSchema {
  if (names === undefined) return sessionSchema;
  const schema = sessionSchema.clone();
  schema.clearIndexes();
  for (const [key, options] of sessionSchema.indexes()) {
    if (names.includes(options.name ?? '')) schema.index(key, options);
  }
  return schema;
}

export { median } from './figures.js';
