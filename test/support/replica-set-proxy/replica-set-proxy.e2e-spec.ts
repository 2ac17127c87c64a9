import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { databaseUri } from '../../stack/database-uri.js';
import { freshDatabase } from '../mongo.js';
import { until } from '../until.js';
import type { Fault } from './faults.js';
import { type ReplicaSetOptions, ReplicaSetProxy } from './replica-set-proxy.js';

interface Count {
  _id: string;
  n: number;
}

/** One client of one proxy. */
interface Side {
  readonly proxy: ReplicaSetProxy;
  readonly client: mongo.MongoClient;
  readonly counts: mongo.Collection<Count>;
  close(): Promise<void>;
}

const database = freshDatabase();
const opened: Side[] = [];

async function open(options: ReplicaSetOptions = {}, patienceMs = 10_000): Promise<Side> {
  const proxy = await ReplicaSetProxy.open(database.uri, options);
  const client = new mongo.MongoClient(databaseUri(proxy.uri, database.name), {
    serverSelectionTimeoutMS: patienceMs,
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
  });
  const close = async (): Promise<void> => {
    await client.close();
    await proxy.close();
  };
  const side = { proxy, client, counts: client.db().collection<Count>('counts'), close };
  opened.push(side);
  return side;
}

let side: Side;

beforeAll(async () => {
  side = await open();
});

afterEach(() => side.proxy.heal());

afterAll(async () => {
  for (const each of opened) await each.close();
  await database.drop();
});

let lastId = 0;

async function aCount({ counts } = side): Promise<string> {
  lastId += 1;
  const _id = `count-${lastId}`;
  await counts.insertOne({ _id, n: 0 });
  return _id;
}

const plusOne = { $inc: { n: 1 } };

describe('a database that plays a replica set', () => {
  it('is one with a primary, to which writes are sent with a number', async () => {
    const hello = await side.client.db('admin').command({ hello: 1 });
    expect(hello).toMatchObject({ setName: 'rs0', isWritablePrimary: true, secondary: false });
    expect(hello['primary']).toBe(new URL(side.proxy.uri).host);
    const watched = new mongo.MongoClient(side.proxy.uri, { monitorCommands: true });
    const sent: mongo.Document[] = [];
    watched.on('commandStarted', ({ command }) => sent.push(command));
    await watched.db(database.name).collection('others').insertOne({});
    await watched.close();
    expect(sent[0]).toMatchObject({ insert: 'others', txnNumber: expect.anything() });
  });

  const everyFault: readonly Fault[] = [
    'dropped before',
    'dropped after',
    'not primary',
    'stepped down',
    'write concern timed out',
    'write concern shut down',
  ];

  it.each(everyFault)('does a write once that is %s', async (fault) => {
    const _id = await aCount();
    const { proxy, counts } = side;
    proxy.faults.plan(fault, ['update']);
    expect(await counts.updateOne({ _id }, plusOne)).toMatchObject({ modifiedCount: 1 });
    proxy.faults.plan(fault, ['findAndModify']);
    expect(await counts.findOneAndUpdate({ _id }, plusOne)).toEqual({ _id, n: 1 });
    proxy.faults.plan(fault, ['insert']);
    expect(await counts.insertOne({ _id: `${_id} again`, n: 0 })).toBeTruthy();
    expect(await counts.findOne({ _id })).toEqual({ _id, n: 2 });
  });

  it.each(['dropped before', 'dropped after', 'not primary'] as const)(
    'answers a read that is %s',
    async (fault) => {
      const _id = await aCount();
      side.proxy.faults.plan(fault, ['find']);
      expect(await side.counts.findOne({ _id })).toEqual({ _id, n: 0 });
    },
  );

  it('says that a write is not on a majority, without a word that it may be repeated', async () => {
    const _id = await aCount();
    const options = { isLabelled: false };
    side.proxy.faults.plan('write concern timed out', ['update'], options);
    await expect(side.counts.updateOne({ _id }, plusOne)).rejects.toBeInstanceOf(
      mongo.MongoWriteConcernError,
    );
    expect(await side.counts.findOne({ _id })).toEqual({ _id, n: 1 });
  });

  it('does again what is repeated and changed nothing before', async () => {
    const { proxy, counts } = side;
    proxy.faults.plan('dropped after', ['update']);
    const _id = await aCount();
    // The first attempt finds nothing, and neither does the second.
    expect(await counts.updateOne({ _id, n: 7 }, plusOne)).toMatchObject({ matchedCount: 0 });
    expect(proxy.faults.struck()['dropped after']).toBeGreaterThan(0);
  });

  it('lets a write fail that is struck twice', async () => {
    const _id = await aCount();
    side.proxy.faults.plan('dropped before', ['update'], { times: 2 });
    await expect(side.counts.updateOne({ _id }, plusOne)).rejects.toBeInstanceOf(
      mongo.MongoNetworkError,
    );
    expect(await side.counts.findOne({ _id })).toEqual({ _id, n: 0 });
  });

  it('takes messages of any size', async () => {
    const files = side.client.db().collection<{ _id: string; text: string }>('files');
    const text = 'ж'.repeat(5_000_000);
    await files.insertOne({ _id: 'large', text });
    expect((await files.findOne({ _id: 'large' }))?.text === text).toBe(true);
  });

  it('shows the clock of its primary, which may jump', async () => {
    const time = async (): Promise<number> => {
      const { localTime } = await side.client.db('admin').command({ hello: 1 });
      return (localTime as Date).getTime() - Date.now();
    };
    side.proxy.jumpClock(-3_600_000);
    expect(await time()).toBeLessThan(-3_500_000);
    side.proxy.heal();
    expect(Math.abs(await time())).toBeLessThan(60_000);
  });

  it('meets the same faults with the same seed', async () => {
    const _id = await aCount();
    side.proxy.faults.strike(0.02, 7);
    const done = await Promise.allSettled(
      Array.from({ length: 300 }, () => side.counts.updateOne({ _id }, plusOne)),
    );
    side.proxy.faults.clear();
    const acknowledged = done.filter(({ status }) => status === 'fulfilled').length;
    const { n = 0 } = (await side.counts.findOne({ _id })) ?? {};
    expect(n).toBeGreaterThanOrEqual(acknowledged);
    expect(n).toBeLessThanOrEqual(done.length);
    expect(Object.keys(side.proxy.faults.struck()).length).toBeGreaterThan(3);
  });
});

describe.each([{ isStreaming: true }, { isStreaming: false }])('an election (%j)', (options) => {
  it('leaves nobody who takes writes, until there is a primary', async () => {
    const { proxy, counts } = await open(options, 300);
    const _id = await aCount();
    await counts.updateOne({ _id }, plusOne);
    proxy.stepDown();
    await expect(counts.updateOne({ _id }, plusOne)).rejects.toThrow();
    await expect(counts.findOne({ _id })).rejects.toThrow();
    proxy.stepUp();
    await until('a write is taken', () => counts.updateOne({ _id }, plusOne).catch(() => null));
    expect((await counts.findOne({ _id }))?.n).toBe(2);
  });

  it('is waited for by a write', async () => {
    const { proxy, counts } = await open(options);
    const _id = await aCount();
    await counts.findOne({ _id });
    const over = proxy.elect(1_000);
    // By this the client learns of it: what is sent on a connection that breaks may fail.
    await counts.findOne({ _id }).catch(() => null);
    expect(await counts.updateOne({ _id }, plusOne)).toMatchObject({ modifiedCount: 1 });
    expect(proxy.isPrimary).toBe(true);
    await over;
  });
});

describe('a member that is away', () => {
  it('takes nobody until it appears', async () => {
    const { proxy, counts } = await open({ isAway: true }, 300);
    await expect(counts.findOne({ _id: 'x' })).rejects.toThrow();
    proxy.appear();
    const client = new mongo.MongoClient(proxy.uri);
    expect(await client.db(database.name).command({ ping: 1 })).toMatchObject({ ok: 1 });
    await client.close();
  });
});
