import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { DATABASE_SERVERS } from '../stack/database-server.js';
import { ABILITIES, type Ability, isAble, KNOWN_GAPS } from '../support/known-gaps.js';
import { freshDatabase } from '../support/mongo.js';

interface Stored {
  readonly _id: string;
  readonly a: string;
  readonly b: string;
  readonly n: number;
}

const database = freshDatabase();
const client = new mongoose.mongo.MongoClient(database.uri);
const records = client.db().collection<Stored>('records');

beforeAll(async () => {
  await records.createIndex({ a: 1, b: 1 }, { partialFilterExpression: { b: { $gt: '' } } });
  await records.insertOne({ _id: 'x', a: 'a', b: 'b', n: 1 });
});
afterAll(async () => {
  await client.close();
  await database.drop();
});

/** Tries whether a server does it, so that what is known of one stays true. */
const PROBES: Readonly<Record<Ability, () => Promise<boolean>>> = {
  runsTheApps: async () => {
    const seen = await records.updateOne({ _id: 'x' }, [{ $set: { n: { $add: ['$n', 1] } } }]);
    return seen.matchedCount === 1;
  },
  explains: async () => !(await looksAtAll({ _id: 'x' })),
  explainsTwoConditions: async () => !(await looksAtAll({ _id: 'x', n: 1 })),
  findsByLaterMembers: async () => (await records.find({ b: 'b' }).toArray()).length === 1,
};

/** Whether it says so of a query, or nothing that MongoDB says. */
async function looksAtAll(filter: Partial<Pick<Stored, '_id' | 'n'>>): Promise<boolean> {
  const plan = await records.find(filter).explain('queryPlanner');
  const winner: unknown = plan['queryPlanner'].winningPlan;
  return winner === undefined || JSON.stringify(winner).includes('COLLSCAN');
}

describe('the gaps of servers', () => {
  it.each(ABILITIES)('are there where they are known, and nowhere else: %s', async (ability) => {
    expect(await PROBES[ability]()).toBe(isAble(ability, () => undefined));
  });

  it('are of servers and abilities that there are, and of none of MongoDB', () => {
    const { MongoDB, ...others } = KNOWN_GAPS;
    expect(MongoDB).toBeUndefined();
    const servers = Object.keys(others);
    expect(servers.filter((name) => !DATABASE_SERVERS.some((each) => each === name))).toEqual([]);
    const named = Object.values(others).flatMap((gaps) => Object.keys(gaps));
    expect(named.filter((name) => !ABILITIES.some((each) => each === name))).toEqual([]);
  });

  it('are said aloud', () => {
    const said: string[] = [];
    for (const ability of ABILITIES) isAble(ability, (line) => said.push(line));
    const server = process.env['TEST_DATABASE_SERVER'] ?? '';
    const gaps = Object.values(
      Object.entries(KNOWN_GAPS).find(([name]) => name === server)?.[1] ?? {},
    );
    expect(said).toEqual(gaps.map((gap) => `Expected less of ${server}: ${gap}`));
  });
});
