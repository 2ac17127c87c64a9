import type { DatabaseServer } from '../stack/database-server.js';
import { startDatabase } from '../stack/database.js';
import { ReplicaSetProxy } from './replica-set-proxy/replica-set-proxy.js';

/** The databases of one run of the e2e tests. */
export interface RunDatabases {
  /** One for each worker, or one for all. */
  readonly uris: readonly string[];
  readonly description: string;
  /** Which it is, behind whatever it plays. */
  readonly server: DatabaseServer;
  /** @returns what befell the run's commands, for lines at its end */
  stop(): Promise<readonly string[]>;
}

/**
 * Starts them. SecantusDB answers one command at a time: where test files that run side by side
 * shared one, a long command of one would hold up all. With `TEST_DATABASE_FAULTS=0.003` each plays a
 * replica set, in which each command meets each fault with this probability; `TEST_DATABASE_SEED`
 * repeats which. `0` is a replica set that is well.
 */
export async function startRunDatabases(
  workers: number,
  onProgress: (line: string) => void,
): Promise<RunDatabases> {
  const first = await startOne(onProgress);
  const isShared = first.server !== 'SecantusDB' || first.isGiven;
  const others = await Promise.all(
    Array.from({ length: isShared ? 0 : workers - 1 }, () => startOne(onProgress)),
  );
  const all = [first, ...others];
  return {
    uris: all.map(({ uri }) => uri),
    server: first.server,
    description: `${first.description}${all.length > 1 ? `, one for each of ${all.length} workers` : ''}`,
    stop: async () =>
      (await Promise.all(all.map((one) => one.stop()))).flatMap((said) => said ?? []),
  };
}

async function startOne(onProgress: (line: string) => void) {
  const share = process.env['TEST_DATABASE_FAULTS'];
  const isItself = share === undefined || share === '';
  // What plays a replica set has one server behind it.
  const database = await startDatabase({ onProgress, ...(isItself ? { members: 1 } : {}) });
  const { server } = database;
  const isGiven = database.pid === undefined;
  if (isItself) {
    const stop = async (): Promise<null> => {
      await database.stop();
      return null;
    };
    return { uri: database.uri, description: database.description, server, isGiven, stop };
  }
  const seed = Number(process.env['TEST_DATABASE_SEED'] ?? '1');
  const proxy = await ReplicaSetProxy.open(database.uri);
  proxy.faults.strike(Number(share), seed);
  return {
    uri: proxy.uri,
    server,
    isGiven,
    description: `${database.description}, each fault of a replica set with ${share}, seed ${seed}`,
    stop: async () => {
      await proxy.close();
      await database.stop();
      return `Faults of the database: ${JSON.stringify(proxy.faults.struck())}`;
    },
  };
}
