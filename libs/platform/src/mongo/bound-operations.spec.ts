import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Connection, mongo } from 'mongoose';
import { boundOperations } from './bound-operations.js';
import { observedWork } from '../../../../test/support/observed-work.js';
import { Telemetry } from '../telemetry/telemetry.js';
import { DEADLINES, OPERATIONS } from './operation-deadlines.js';

/** Methods of the driver's collection that send nothing, or that the apps do not use. */
const NOT_SENT = [
  'constructor',
  'count',
  'createSearchIndex',
  'createSearchIndexes',
  'drop',
  'dropIndex',
  'dropIndexes',
  'dropSearchIndex',
  'indexExists',
  'indexInformation',
  'initializeOrderedBulkOp',
  'initializeUnorderedBulkOp',
  'isCapped',
  'listIndexes',
  'listSearchIndexes',
  'options',
  'rename',
  'updateSearchIndex',
  'watch',
];

describe('the table of deadlines', () => {
  it('has every operation of the driver that the apps may send', () => {
    const members = Object.entries(Object.getOwnPropertyDescriptors(mongo.Collection.prototype));
    const methods = members.filter(([, { value }]) => typeof value === 'function');
    const listed = [...Object.keys(OPERATIONS), ...NOT_SENT];
    expect(methods.map(([name]) => name).toSorted()).toEqual(listed.toSorted());
  });
});

/** What one operation of a collection was called with. */
interface Sent {
  readonly args: readonly unknown[];
}

/** A connection whose collection hangs, and gives a cursor whose batches take so long. */
function hanging(batchMs: number, telemetry = new Telemetry()) {
  const sent: Sent[] = [];
  const hang = (...args: unknown[]) => {
    sent.push({ args });
    return new Promise(() => {});
  };
  let left = 3;
  const cursor = {
    bufferedCount: () => 0,
    next: () => new Promise((resolve) => setTimeout(() => resolve((left -= 1)), batchMs)),
  };
  const operations = Object.fromEntries(Object.keys(OPERATIONS).map((name) => [name, hang]));
  const find = (...args: unknown[]) => {
    void hang(...args);
    return cursor;
  };
  const connection = { collection: () => collection } as unknown as Connection;
  const collection = { ...operations, find, aggregate: find };
  const bound = boundOperations(connection, DEADLINES, telemetry);
  return { sent, collection: bound.collection('talks') };
}

function signalOf({ args }: Sent): AbortSignal | undefined {
  return (args.at(-1) as { signal?: AbortSignal }).signal;
}

describe('an operation of a collection', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it.each([
    ['insertOne', [{ a: 1 }], {}, DEADLINES.callMs],
    ['insertMany', [[{}, {}, {}]], {}, DEADLINES.callMs + 3 * DEADLINES.recordMs],
    ['updateOne', [{}, {}], { upsert: true }, DEADLINES.callMs],
    ['deleteMany', [{}], { hint: 'x', socketTimeoutMS: DEADLINES.manyMs }, DEADLINES.manyMs],
  ])('%s ends at its deadline and is given up', async (name, args, options, deadlineMs) => {
    const { sent, collection } = hanging(0);
    const operations = collection as unknown as Record<
      string,
      (...args: unknown[]) => Promise<void>
    >;
    const call = operations[name]?.(...args, options);
    const outcome = expect(call).rejects.toBeInstanceOf(mongo.MongoNetworkTimeoutError);
    await jest.advanceTimersByTimeAsync(deadlineMs - 1);
    expect(sent.map(signalOf).map((signal) => signal?.aborted)).toEqual([false]);
    await jest.advanceTimersByTimeAsync(1);
    await outcome;
    expect(sent.map(signalOf).map((signal) => signal?.aborted)).toEqual([true]);
    expect(sent[0]?.args.at(-1)).toMatchObject(options);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('gives a list its deadline anew with each batch', async () => {
    const { sent, collection } = hanging(DEADLINES.callMs - 1);
    const cursor = collection.find({});
    for (const left of [2, 1]) {
      const next = cursor.next();
      await jest.advanceTimersByTimeAsync(DEADLINES.callMs - 1);
      expect(await next).toBe(left);
    }
    expect(sent.map(signalOf).map((signal) => signal?.aborted)).toEqual([false]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('waits for a list as long as the server is given for it', async () => {
    const { sent, collection } = hanging(DEADLINES.manyMs - 1);
    const next = collection.find({}, { maxTimeMS: DEADLINES.manyMs }).next();
    await jest.advanceTimersByTimeAsync(DEADLINES.manyMs - 1);
    expect(await next).toBe(2);
    expect(sent[0]?.args.at(-1)).toMatchObject({ socketTimeoutMS: DEADLINES.manyMs });
  });

  it('ends a list whose batch does not come, and leaves the reader nothing to wait for', async () => {
    const { sent, collection } = hanging(DEADLINES.callMs + 1);
    const outcome = expect(collection.find({}).next()).rejects.toThrow('no answer');
    await jest.advanceTimersByTimeAsync(DEADLINES.callMs);
    await outcome;
    expect(sent.map(signalOf).map((signal) => signal?.aborted)).toEqual([true]);
  });

  it('has no deadline where it builds an index', () => {
    const { sent, collection } = hanging(0);
    void collection.createIndexes([{ key: { a: 1 } }]);
    expect(sent[0]?.args).toEqual([[{ key: { a: 1 } }], { socketTimeoutMS: 0 }]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is told of with its name and collection, a list batch by batch', async () => {
    const { telemetry, heard } = observedWork();
    const { collection } = hanging(1, telemetry);
    const cursor = collection.find({});
    for (let batch = 0; batch < 2; batch += 1) {
      const next = cursor.next();
      await jest.advanceTimersByTimeAsync(1);
      await next;
    }
    const given = expect(collection.insertOne({})).rejects.toThrow('no answer');
    await jest.advanceTimersByTimeAsync(DEADLINES.callMs);
    await given;
    const find = { kind: 'database', name: 'find', collection: 'talks', outcome: 'ok' };
    const insert = { kind: 'database', name: 'insertOne', collection: 'talks', outcome: 'failed' };
    expect(heard).toEqual([find, find, insert]);
  });

  it('is told of as a duplicate where a unique index refuses it', async () => {
    const { telemetry, heard } = observedWork();
    const refused = () => Promise.reject(new mongo.MongoServerError({ code: 11_000 }));
    const collection = { insertOne: refused };
    const connection = { collection: () => collection } as unknown as Connection;
    const bound = boundOperations(connection, DEADLINES, telemetry).collection('talks');
    await expect(bound.insertOne({})).rejects.toMatchObject({ code: 11_000 });
    expect(heard).toMatchObject([{ name: 'insertOne', outcome: 'duplicate' }]);
  });
});
