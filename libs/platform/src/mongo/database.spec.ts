import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { type Connection, mongo, STATES } from 'mongoose';
import { until } from '../../../../test/support/until.js';
import { Gate } from '../admission/gate.js';
import { Database } from './database.js';

/** A connection that cannot be opened, for one reason after the other. */
function failing(reasons: readonly Error[]): Connection {
  let attempts = 0;
  const openUri = () => Promise.reject(reasons[Math.min(attempts++, reasons.length - 1)]);
  return { readyState: STATES.disconnected, openUri, models: {} } as unknown as Connection;
}

const away = new mongo.MongoNetworkError('no server');
const refused = new mongo.MongoServerError({ code: 18, message: 'Authentication failed.' });

describe('a database that does not serve the app', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('is told of with each new reason, once', async () => {
    const lines: object[] = [];
    const hear = (line: object) => void lines.push(line);
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(hear);
    jest.spyOn(Logger.prototype, 'error').mockImplementation(hear);
    const gate = new Gate({ least: 1, usual: 1, most: 1 });
    const address = { uri: 'mongodb://db.test/petya', options: {} };
    const database = new Database(failing([away, away, refused]), address, gate);
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
