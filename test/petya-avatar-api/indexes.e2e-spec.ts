import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CommandStartedEvent, Document } from 'mongodb';
import { countedUri } from '../ilianaai-avatar/database-trips.js';
import { freshDatabase, type TestDatabase } from '../support/mongo.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { expectProblem } from '../support/expect-problem.js';

let database: TestDatabase;
let petya: RunningPetya;
/** Every command the app sends to its database. */
const commands: Document[] = [];

beforeAll(async () => {
  database = freshDatabase();
  petya = await startPetya({ database: { ...database, uri: countedUri(database.uri) } });
  petya.connection
    .getClient()
    .on('commandStarted', ({ command }: CommandStartedEvent) => commands.push(command));
});
afterAll(async () => {
  await petya.stop();
  await database.drop();
});

describe('a key that cannot be ours', () => {
  it.each([
    ['is 10 KB long', `SE_${'x'.repeat(10_000)}`],
    ['is an operator', '{"$ne":null}'],
    ['is in another letter case', 'se_5799564546777614'],
    ['is too short', 'SE_1'],
    ['holds a space', 'SE_5799564546 777614'],
    ['is not ASCII', 'SE_57995645\u00e9777614'],
  ])('is refused without asking the database when it %s', async (_name, key) => {
    commands.length = 0;
    const answer = await petya.call('GET', '/avatar/config', { headers: { 'x-api-key': key } });
    expectProblem(answer, 401, 'key_invalid');
    expect(commands.map((command) => Object.keys(command)[0])).toEqual([]);
  });
});

describe('a start on a database whose records break a unique index', () => {
  it('does not become ready', async () => {
    const broken = freshDatabase();
    const records = petya.connection.getClient().db(broken.name).collection('apikeys');
    await records.insertMany([{ digest: 'same' }, { digest: 'same' }]);
    await expect(startPetya({ database: broken, readyMs: 1500 })).rejects.toThrow('not ready');
    await broken.drop();
  });
});
