import { type DynamicModule, Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import type { ConnectOptions } from 'mongoose';
import { Database, DATABASE_ADDRESS, type DatabaseAddress } from './database.js';

/** How long an operation looks for a server before it gives up; callers then get 503. */
const SERVER_SELECTION_MS = 3_000;

/**
 * A server that answers nothing more, without closing its connections, is given up after so long.
 * The largest write, a transcript of 12 MiB, takes a small part of it.
 */
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
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  retryWrites: true,
};

/** The one connection of an app. */
@Global()
@Module({})
export class MongoModule {
  /** @param uri connection string; the database is the one it names */
  static forRoot(uri: string): DynamicModule {
    const address: DatabaseAddress = { uri, options: OPTIONS };
    return {
      module: MongoModule,
      imports: [
        // The process starts without its database and says "not ready" until it is there.
        MongooseModule.forRoot(uri, { ...OPTIONS, lazyConnection: true }),
      ],
      providers: [Database, { provide: DATABASE_ADDRESS, useValue: address }],
      exports: [Database],
    };
  }
}
