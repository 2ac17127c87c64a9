import { mongo } from 'mongoose';
import { ConfigError } from '../config/load-config.js';

const ADVICE =
  'MONGODB_URI cannot be read: it must be mongodb://<user>:<password>@<host>:<port>/<database>?<options> with options that the driver knows, and signs such as @ : / ? # % in user and password must be percent-encoded';

/**
 * Has the driver read a connection string, without a connection. What it makes of one later it tells
 * nobody who waits, and the process would end without the name of its variable.
 * @throws ConfigError which repeats nothing of the string: it may hold a password
 */
export function requireReadableUri(uri: string): void {
  try {
    void new mongo.MongoClient(uri);
  } catch {
    throw new ConfigError([ADVICE]);
  }
}
