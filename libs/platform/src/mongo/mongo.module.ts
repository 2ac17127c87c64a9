import { type DynamicModule, Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import type { Connection, ConnectOptions } from 'mongoose';
import { Gate, type Places } from '../admission/gate.js';
import { FEW_CALLS } from '../admission/stays.js';
import { poolSizeOf } from '../config/mongodb-uri.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { boundOperations } from './bound-operations.js';
import { Database, DATABASE_ADDRESS, type DatabaseAddress } from './database.js';
import { DEADLINES, MAJORITY_MS } from './operation-deadlines.js';

/** How long an operation looks for a server before it gives up; callers then get 503. */
const SERVER_SELECTION_MS = 3_000;

/** A connection on which nothing comes is given up after so long: nobody waits for it any more. */
const SILENT_SERVER_MS = 20_000;

/** Longest a request waits for a free connection of the pool. */
const POOL_WAIT_MS = 5_000;

/** How durable writes are, what reads see, and how long anything may take. */
const OPTIONS: ConnectOptions = {
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
  serverSelectionTimeoutMS: SERVER_SELECTION_MS,
  connectTimeoutMS: SERVER_SELECTION_MS,
  socketTimeoutMS: SILENT_SERVER_MS,
  waitQueueTimeoutMS: POOL_WAIT_MS,
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: MAJORITY_MS },
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  retryWrites: true,
};

/**
 * Calls at work for each connection. Half of the connections are left at first for what must not stand
 * behind them: what ends sessions, the upkeep, the sockets, and who asks whether a key is known.
 */
const PLACES = { usual: 0.5, most: 4 };

/** The one connection of an app, and the gate in front of it. */
@Global()
@Module({})
export class MongoModule {
  /** @param uri connection string; the database is the one it names */
  static forRoot(uri: string, telemetry: Telemetry): DynamicModule {
    const address: DatabaseAddress = { uri, options: OPTIONS };
    return {
      module: MongoModule,
      imports: [
        // The process starts without its database and says "not ready" until it is there.
        MongooseModule.forRoot(uri, {
          ...OPTIONS,
          lazyConnection: true,
          connectionFactory: (connection: Connection) =>
            boundOperations(connection, DEADLINES, telemetry),
        }),
      ],
      providers: [
        Database,
        { provide: DATABASE_ADDRESS, useValue: address },
        { provide: Gate, useFactory: () => new Gate(placesOf(poolSizeOf(uri))) },
      ],
      exports: [Database, Gate],
    };
  }
}

function placesOf(poolSize: number): Places {
  const usual = Math.max(1, Math.floor(poolSize * PLACES.usual));
  return { least: Math.min(FEW_CALLS, usual), usual, most: poolSize * PLACES.most };
}
