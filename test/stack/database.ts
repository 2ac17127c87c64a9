import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { MongoMemoryReplSet, MongoMemoryServer } from 'mongodb-memory-server';
import mongoose from 'mongoose';
import { type DatabaseServer, serverOf } from './database-server.js';
import { type DatabaseBinary, findDatabase } from './find-database.js';
import { optional } from './variables.js';

export interface DatabaseOptions {
  /** Where data is kept between runs. Without it the data is thrown away by `stop`. */
  readonly dataDir?: string;
  /** A free one is chosen when it is missing. */
  readonly port?: number;
  /** Lets a test arm `configureFailPoint`. */
  readonly testCommands?: boolean;
  /** Never the server that `MONGODB_URI` names: for tests that kill it. */
  readonly ownServer?: boolean;
  /**
   * A replica set of so many members where the server is MongoDB's own, with data that is thrown
   * away. The stand-in is always a set of one, which steps down when it is told to.
   */
  readonly members?: number;
  readonly onProgress?: (line: string) => void;
}

export interface Database {
  /** Without a database name: see `databaseUri`. */
  readonly uri: string;
  /** Name and version, for the one line that says what a run was measured on. */
  readonly description: string;
  readonly server: DatabaseServer;
  /** Of the replica set that it is; 1 for a server of its own, and for somebody else's. */
  readonly members: number;
  /** The server's process; undefined when it is somebody else's (`MONGODB_URI`). */
  readonly pid: number | undefined;
  stop(): Promise<void>;
  /** SIGKILL, as a crash. @throws Error when the server is somebody else's. */
  kill(): Promise<void>;
  /** Starts the killed server again, same port, same data. */
  restart(): Promise<void>;
}

/**
 * Gives a running MongoDB: the one `MONGODB_URI` names, otherwise a server of our own.
 * @throws Error with one sentence when none can be had
 */
export async function startDatabase(options: DatabaseOptions = {}): Promise<Database> {
  const given = optional('MONGODB_URI');
  if (given !== undefined && options.ownServer !== true) return useGivenDatabase(given);
  const binary = await findDatabase(options.onProgress ?? (() => undefined));
  if (binary.kind === 'mongod' && options.members !== undefined) {
    return startReplicaSet(binary, options.members);
  }
  return startServer(binary, options);
}

async function useGivenDatabase(uri: string): Promise<Database> {
  const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: 5000 });
  try {
    const { server, description } = serverOf(await client.db('admin').command({ buildInfo: 1 }));
    const notOurs = (): Promise<never> =>
      Promise.reject(new Error('The server that MONGODB_URI names is not ours to kill.'));
    return {
      uri,
      server,
      description: `${description} (MONGODB_URI)`,
      members: 1,
      pid: undefined,
      stop: () => Promise.resolve(),
      kill: notOurs,
      restart: notOurs,
    };
  } catch (cause) {
    throw new Error('The MongoDB that MONGODB_URI names cannot be reached.', { cause });
  } finally {
    await client.close();
  }
}

async function startServer(binary: DatabaseBinary, options: DatabaseOptions): Promise<Database> {
  // The two servers cannot read each other's files.
  const dbPath = options.dataDir === undefined ? undefined : join(options.dataDir, binary.kind);
  if (dbPath !== undefined) await mkdir(dbPath, { recursive: true });
  const server = await MongoMemoryServer.create({
    binary: { systemBinary: binary.path, version: binary.version },
    // A group of its own: Ctrl-C in the terminal must not end it before the apps have drained.
    spawn: { detached: true },
    instance: {
      ...(dbPath === undefined ? {} : { dbPath }),
      ...(options.port === undefined ? {} : { port: options.port, portGeneration: false }),
      ...(options.testCommands === true
        ? { args: ['--setParameter', 'enableTestCommands=1'] }
        : {}),
      launchTimeout: 60_000,
    },
  });
  const kill = (): Promise<void> => killServer(server);
  const keepsData = dbPath !== undefined;
  return {
    uri: server.getUri(),
    server: binary.kind === 'mongod' ? 'MongoDB' : 'SecantusDB',
    members: 1,
    description: `${binary.description}, ${dbPath === undefined ? 'fresh data' : `data in ${relative('', dbPath)}`}`,
    get pid() {
      return server.instanceInfo?.instance.mongodProcess?.pid;
    },
    kill,
    restart: () => server.start(true),
    stop: async () => {
      // Data that is thrown away needs no orderly shutdown, which takes two seconds.
      if (!keepsData) await kill();
      await server.stop();
    },
  };
}

async function startReplicaSet(binary: DatabaseBinary, members: number): Promise<Database> {
  const set = await MongoMemoryReplSet.create({
    binary: { systemBinary: binary.path, version: binary.version },
    replSet: {
      name: 'rs0',
      count: members,
      storageEngine: 'wiredTiger',
      spawn: { detached: true },
      args: ['--setParameter', 'enableTestCommands=1'],
    },
  });
  const kill = async (): Promise<void> => {
    await Promise.all(set.servers.map(killServer));
  };
  return {
    uri: set.getUri(),
    server: 'MongoDB',
    members,
    description: `${binary.description}, replica set of ${members}, fresh data`,
    get pid() {
      return set.servers[0]?.instanceInfo?.instance.mongodProcess?.pid;
    },
    kill,
    restart: async () => {
      await Promise.all(set.servers.map((server) => server.start(true)));
    },
    stop: async () => {
      // Data that is thrown away needs no orderly shutdown.
      await kill();
      await set.stop();
    },
  };
}

async function killServer(server: MongoMemoryServer): Promise<void> {
  const process = server.instanceInfo?.instance.mongodProcess;
  if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
  const gone = new Promise((resolve) => process.once('close', resolve));
  process.kill('SIGKILL');
  await gone;
  await server.stop({ doCleanup: false });
}
