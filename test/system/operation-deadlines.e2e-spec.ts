import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose, { type Connection, type mongo } from 'mongoose';
import { askServer } from '../../libs/platform/src/mongo/ask-server.js';
import { boundOperations } from '../../libs/platform/src/mongo/bound-operations.js';
import { createIndexes } from '../../libs/platform/src/mongo/indexes.js';
import { toAppError } from '../../libs/platform/src/errors/to-app-error.js';
import { freshDatabase } from '../support/mongo.js';
import { MuteProxy } from '../support/mute-proxy.js';

/** Short, and long enough for the answers that do come on a busy machine. */
const SHORT = { callMs: 1_000, recordMs: 0, manyMs: 1_400 };

/** The driver itself gives up a silent connection behind the deadlines, as in the apps. */
const SILENT_MS = 1_700;
const BUILD_MS = 2_000;

/** No deadline, and no part of the driver's own limits, ends as late. */
const LATE_MS = 10_000;

interface Talk {
  readonly _id: number;
  readonly text?: string;
}

const database = freshDatabase();
let proxy: MuteProxy;
let connection: Connection;
let talks: mongo.Collection<Talk>;

beforeAll(async () => {
  proxy = await MuteProxy.open(database.uri);
  connection = boundOperations(
    mongoose.createConnection(proxy.uri, {
      bufferCommands: false,
      socketTimeoutMS: SILENT_MS,
      retryWrites: true,
    }),
    SHORT,
  );
  await connection.asPromise();
  talks = connection.collection('talks') as unknown as mongo.Collection<Talk>;
  await talks.insertMany([1, 2, 3, 4, 5].map((_id) => ({ _id, text: 'a' })));
});
beforeEach(() => proxy.heal());
afterAll(async () => {
  await connection.close();
  await proxy.close();
  await database.drop();
});

type Kind = readonly [
  name: string,
  command: string,
  deadlineMs: number,
  send: () => Promise<unknown>,
];

/** Every kind of operation that the apps send, by the command that it becomes. */
const KINDS: readonly Kind[] = [
  ['a read by id', 'find', SHORT.callMs, () => talks.findOne({ _id: 1 })],
  ['a list', 'find', SHORT.callMs, () => talks.find({ text: 'a' }).toArray()],
  ['a next batch', 'getMore', SHORT.callMs, () => talks.find({}, { batchSize: 2 }).toArray()],
  ['a pipeline', 'aggregate', SHORT.callMs, () => talks.aggregate([{ $limit: 1 }]).toArray()],
  ['a count', 'aggregate', SHORT.callMs, () => talks.countDocuments({ text: 'a' })],
  ['an insert', 'insert', SHORT.callMs, () => talks.insertOne({ _id: 20 })],
  [
    'a group of inserts',
    'insert',
    SHORT.callMs,
    () => talks.insertMany([{ _id: 21 }, { _id: 22 }], { ordered: false }),
  ],
  [
    'a compare-and-set',
    'update',
    SHORT.callMs,
    () => talks.updateOne({ _id: 1, text: 'a' }, { $set: { text: 'b' } }),
  ],
  [
    'a group of updates',
    'update',
    SHORT.callMs,
    () => talks.bulkWrite([{ updateOne: { filter: { _id: 1 }, update: { $set: { text: 'b' } } } }]),
  ],
  [
    'a change that gives the record',
    'findAndModify',
    SHORT.callMs,
    () => talks.findOneAndUpdate({ _id: 1 }, { $set: { text: 'b' } }),
  ],
  ['a removal', 'delete', SHORT.callMs, () => talks.deleteOne({ _id: 30 })],
  ['a removal of many', 'delete', SHORT.manyMs, () => talks.deleteMany({ text: 'z' })],
  [
    'a change of many',
    'update',
    SHORT.manyMs,
    () => talks.updateMany({ text: 'z' }, { $set: { text: 'y' } }),
  ],
  ['a list of indexes', 'listIndexes', SHORT.callMs, () => talks.indexes()],
  ['a ping', 'ping', SHORT.callMs, () => askServer(connection, { ping: 1 }, SHORT.callMs)],
  [
    'a version',
    'buildInfo',
    SHORT.callMs,
    () => askServer(connection, { buildInfo: 1 }, SHORT.callMs),
  ],
];

async function ended([name, command, deadlineMs, send]: Kind) {
  const startMs = performance.now();
  const { code, details } = toAppError(await send().catch((thrown: unknown) => thrown));
  const tookMs = performance.now() - startMs;
  const isInTime = tookMs > deadlineMs - 5 && tookMs < LATE_MS;
  return { name, command, code, retryAfterSeconds: details.retryAfterSeconds, isInTime };
}

describe('an operation that the server takes and does not answer', () => {
  it.each([
    ['lists', KINDS.filter(([, command]) => command === 'find')],
    ['all others', KINDS.filter(([, command]) => command !== 'find')],
  ])(
    'ends within its deadline as a fault that passes, and is sent once: %s',
    async (_what, kinds) => {
      const commands = kinds.map(([, command]) => command);
      proxy.mute(...commands);
      expect(await Promise.all(kinds.map(ended))).toEqual(
        kinds.map(([name, command]) => ({
          name,
          command,
          code: 'unavailable',
          retryAfterSeconds: 2,
          isInTime: true,
        })),
      );
      expect(proxy.swallowed.toSorted()).toEqual(commands.toSorted());
    },
  );

  it('may have taken effect', async () => {
    await expect(talks.insertOne({ _id: 20 })).rejects.toMatchObject({ code: 11_000 });
  });

  it('is not cut while it builds an index, however long that takes', async () => {
    const schema = new mongoose.Schema({ text: String });
    schema.index({ text: 1 }, { name: 'text' });
    proxy.delay('createIndexes', BUILD_MS);
    connection.model('talks', schema, 'talks');
    await createIndexes(Object.values(connection.models));
    expect(await talks.indexes()).toContainEqual(expect.objectContaining({ name: 'text' }));
  });
});
