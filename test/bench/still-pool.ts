import { createRequire } from 'node:module';

/*
 * Loaded into a program before it: the driver's pool does not look ten times a second whether it has
 * connections enough. A look of a process that rests takes half a millisecond, more than what is
 * measured here, and nobody can set how often. Connections are opened when they are asked for.
 */
const ofMongoose = createRequire(createRequire(import.meta.url).resolve('mongoose'));
const { ConnectionPool } = ofMongoose('mongodb/lib/cmap/connection_pool.js') as {
  readonly ConnectionPool: { readonly prototype: { ensureMinPoolSize: () => void } };
};
ConnectionPool.prototype.ensureMinPoolSize = () => undefined;
