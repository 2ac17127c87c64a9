import { afterAll, beforeAll, beforeEach, describe, it } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';
import { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import {
  SESSION_MODEL,
  sessionSchema,
  type SessionDocument,
} from '../../apps/ilianaai-avatar/src/sessions/store/session.schema.js';
import { TurnRepository } from '../../apps/ilianaai-avatar/src/turns/turn.repository.js';
import {
  TURN_MODEL,
  turnSchema,
  type TurnDocument,
} from '../../apps/ilianaai-avatar/src/turns/turn.schema.js';
import { freshDatabase, type TestDatabase } from '../support/mongo.js';
import { SESSION_RECORD_CASES } from '../support/session-records.cases.js';
import { TURN_RECORD_CASES } from '../support/turn-records.cases.js';
import { until } from '../support/until.js';

/* The same that the records in memory pass, so that what is tried with those holds here. */
let database: TestDatabase;
let connection: Connection;

beforeAll(async () => {
  database = freshDatabase();
  connection = await mongoose.createConnection(database.uri).asPromise();
  await connection.model<SessionDocument>(SESSION_MODEL, sessionSchema).createIndexes();
  await connection.model<TurnDocument>(TURN_MODEL, turnSchema).createIndexes();
});

// The driver repeats no deletion of many.
beforeEach(() =>
  until('both are empty', async () => {
    await connection.collection('sessions').deleteMany({});
    await connection.collection('turns').deleteMany({});
    return true;
  }),
);

afterAll(async () => {
  await connection.close();
  await database.drop();
});

describe('the session records in the database', () => {
  it.each(SESSION_RECORD_CASES)('%s', async (_what, isKept) => {
    await isKept(new SessionRepository(connection.model<SessionDocument>(SESSION_MODEL)));
  });
});

describe('the turns in the database', () => {
  it.each(TURN_RECORD_CASES)('%s', async (_what, isKept) => {
    await isKept(new TurnRepository(connection.model<TurnDocument>(TURN_MODEL)));
  });
});
