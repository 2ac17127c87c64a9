import mongoose from 'mongoose';
import { databaseUri } from '../../stack/database-uri.js';
import { isQuick, report } from '../figures.js';
import { DATABASE_NAME } from './apps.js';
import { percentile } from './load.js';
import type { RestWorld } from './world.js';

const READS = isQuick ? 100 : 500;

/**
 * What the database takes to give one session's record to the raw driver, one after the other. We
 * wait for it in every call and a plain proxy does not: this much of the added time is no work of
 * ours.
 */
export async function measureDatabaseRead({ database, sessions }: RestWorld): Promise<void> {
  const uri = databaseUri(database.uri, DATABASE_NAME);
  const connection = await mongoose
    .createConnection(uri, { readConcern: { level: 'majority' } })
    .asPromise();
  const records = connection.collection('sessions');
  const known = await records
    .find<{ _id: string }>({ accountId: 'bench', vendorSessionId: { $in: [...sessions] } })
    .toArray();
  const times: number[] = [];
  for (let index = 0; index < READS; index += 1) {
    const began = performance.now();
    const { _id = '' } = known[index % known.length] ?? {};
    const found = await records.findOne<unknown>({ _id, accountId: 'bench' } as object);
    if (!found) throw new Error('a session of the bench is not in the database');
    times.push(performance.now() - began);
  }
  await connection.close();
  report({
    question: 'rest',
    figure: "the database's own answer to the session look-up, raw driver, p50",
    value: percentile(
      times.toSorted((one, other) => one - other),
      0.5,
    ),
    unit: 'ms',
  });
}
