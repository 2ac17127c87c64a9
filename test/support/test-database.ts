import type { DatabaseServer } from '../stack/database-server.js';
import { startDatabase } from '../stack/database.js';
import { ReplicaSetProxy } from './replica-set-proxy/replica-set-proxy.js';

/** The database of one run of the e2e tests. */
export interface RunDatabase {
  readonly uri: string;
  readonly description: string;
  /** Which it is, behind whatever it plays. */
  readonly server: DatabaseServer;
  /** @returns what befell the run's commands, for a line at its end; null where nothing was to */
  stop(): Promise<string | null>;
}

/**
 * Starts it. With `TEST_DATABASE_FAULTS=0.003` it plays a replica set, in which each command meets
 * each fault with this probability; `TEST_DATABASE_SEED` repeats which. `0` is a replica set that is well.
 */
export async function startRunDatabase(onProgress: (line: string) => void): Promise<RunDatabase> {
  const share = process.env['TEST_DATABASE_FAULTS'];
  const isItself = share === undefined || share === '';
  // What plays a replica set has one server behind it.
  const database = await startDatabase({ onProgress, ...(isItself ? { members: 1 } : {}) });
  const { server } = database;
  if (isItself) {
    const stop = async (): Promise<null> => {
      await database.stop();
      return null;
    };
    return { uri: database.uri, description: database.description, server, stop };
  }
  const seed = Number(process.env['TEST_DATABASE_SEED'] ?? '1');
  const proxy = await ReplicaSetProxy.open(database.uri);
  proxy.faults.strike(Number(share), seed);
  return {
    uri: proxy.uri,
    server,
    description: `${database.description}, each fault of a replica set with ${share}, seed ${seed}`,
    stop: async () => {
      await proxy.close();
      await database.stop();
      return `Faults of the database: ${JSON.stringify(proxy.faults.struck())}`;
    },
  };
}
