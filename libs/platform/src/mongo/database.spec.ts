import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { type Connection, mongo, STATES } from 'mongoose';
import { EventEmitter } from 'node:events';
import { until } from '../../../../test/support/until.js';
import { Gate } from '../admission/gate.js';
import { Database } from './database.js';

/** A connection that cannot be opened, for one reason after the other. */
function failing(reasons: readonly Error[]): Connection {
  let attempts = 0;
  const openUri = () => Promise.reject(reasons[Math.min(attempts++, reasons.length - 1)]);
  return { readyState: STATES.disconnected, openUri, models: {} } as unknown as Connection;
}

const ANSWERS: Readonly<Record<string, object>> = { buildInfo: { version: '8.0.0' } };

const away = new mongo.MongoNetworkError('no server');
const refused = new mongo.MongoServerError({ code: 18, message: 'Authentication failed.' });

/** A connection that stands. @param command what the server does about each command */
function standing(command: (name: string) => Promise<object>): Connection {
  const db = { command: (asked: object) => command(Object.keys(asked)[0] ?? '') };
  const getClient = () => new EventEmitter();
  const asPromise = () => Promise.resolve();
  const { connected: readyState } = STATES;
  return { readyState, asPromise, getClient, db, models: {} } as unknown as Connection;
}

const lines: object[] = [];

function databaseOf(connection: Connection): Database {
  const gate = new Gate({ least: 1, usual: 1, most: 1 });
  const address = { uri: 'mongodb://db.test/petya', options: {} };
  return new Database(connection, address, gate);
}

beforeEach(() => {
  lines.length = 0;
  const hear = (line: object) => void lines.push(line);
  for (const level of ['log', 'warn', 'error'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation(hear);
  }
});
afterEach(() => void jest.restoreAllMocks());

describe('a database that serves the app no more', () => {
  const gone = { databaseGone: expect.objectContaining({ name: 'MongoNetworkError' }) };
  const ready = { database: 'ready' };

  it.each<[string, boolean[], object[]]>([
    ['stays', [true, true], [ready]],
    ['goes', [true, false, false], [ready, gone]],
    ['comes back', [false, true, true], [ready, gone, { database: 'back' }]],
    ['goes twice', [false, true, false], [ready, gone, { database: 'back' }, gone]],
  ])('is told of once for each change: it %s', async (_what, pings, told) => {
    let isThere = true;
    const database = databaseOf(
      standing((name) => (isThere ? Promise.resolve(ANSWERS[name] ?? {}) : Promise.reject(away))),
    );
    database.onApplicationBootstrap();
    await until('it is ready', () => database.isReady());
    let nowMs = performance.now();
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    for (const ping of pings) {
      isThere = ping;
      // The last answer stands for a second.
      nowMs += 2_000;
      expect(await database.isReady()).toBe(ping);
    }
    expect(lines).toEqual(told);
  });

  it('is not told of while the app ends', async () => {
    const database = databaseOf(
      standing((name) =>
        name === 'ping' ? Promise.reject(away) : Promise.resolve(ANSWERS[name] ?? {}),
      ),
    );
    database.onApplicationBootstrap();
    await until('it is ready', async () => lines.length === 1);
    database.beforeApplicationShutdown();
    expect(await database.isReady()).toBe(false);
    expect(lines).toEqual([ready]);
  });
});

describe('a database that does not serve the app', () => {
  it('is told of with each new reason, once', async () => {
    const database = databaseOf(failing([away, away, refused]));
    database.onApplicationBootstrap();
    await until('the refusal is told', async () => lines.length > 1);
    database.beforeApplicationShutdown();
    expect(lines).toEqual([
      { waitingForDatabase: expect.objectContaining({ name: 'MongoNetworkError' }) },
      { databaseUnfit: expect.stringMatching(/user or the password/) },
    ]);
    expect(await database.isReady()).toBe(false);
  });
});
