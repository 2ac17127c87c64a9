import { describe, expect, it } from '@jest/globals';
import mongoose, { mongo, type Model } from 'mongoose';
import { createIndexes, missingUniqueIndexes } from './indexes.js';

const schema = new mongoose.Schema<object>({ a: String, b: Date });
schema.index({ a: 1 }, { name: 'a', unique: true, partialFilterExpression: { a: { $gt: '' } } });
schema.index({ b: 1 }, { name: 'b' });

/** A model on a server where some indexes stand, and others are refused. */
function modelWith(standing: readonly object[], refused: Readonly<Record<string, number>> = {}) {
  const created: unknown[] = [];
  const createMany = async (indexes: readonly mongo.IndexDescription[]) => {
    for (const { name = '' } of indexes) {
      const code = refused[name];
      if (code !== undefined) throw new mongo.MongoServerError({ code });
    }
    created.push(...indexes.map(({ name }) => name));
  };
  const write = async () => ({ acknowledged: true });
  const collection = {
    name: 'c',
    createIndexes: createMany,
    indexes: async () => standing,
    updateOne: write,
    deleteOne: write,
  };
  const model = { schema, collection, createCollection: async () => undefined };
  return { models: [model as unknown as Model<unknown>], created, collection };
}

describe('the indexes of a collection', () => {
  it.each([85, 86])('stand though another one stands otherwise (%i)', async (code) => {
    const { models, created } = modelWith([], { b: code });
    await createIndexes(models);
    expect(created).toEqual(['a']);
  });

  it('are not there when a unique one stands otherwise, or the server refuses for another reason', async () => {
    await expect(createIndexes(modelWith([], { a: 86 }).models)).rejects.toThrow();
    await expect(createIndexes(modelWith([], { b: 13 }).models)).rejects.toThrow();
  });

  it('are not built by a user who may not, and need not be where they stand', async () => {
    const { models, created } = modelWith([{ name: 'a' }, { name: 'b' }], { a: 13, b: 13 });
    await createIndexes(models);
    expect(created).toEqual([]);
    for (const name of ['a', 'b']) {
      const { models: others } = modelWith([{ name }], { a: 13, b: 13 });
      await expect(createIndexes(others)).rejects.toMatchObject({ code: 13 });
    }
  });

  it.each(['updateOne', 'deleteOne'] as const)(
    'are of no use to a user who may only read them (%s)',
    async (write) => {
      const { models, collection } = modelWith([{ name: 'a' }, { name: 'b' }], { a: 13, b: 13 });
      collection[write] = () => Promise.reject(new mongo.MongoServerError({ code: 13 }));
      await expect(createIndexes(models)).rejects.toMatchObject({ code: 13 });
    },
  );

  it('stand for a user who may not make collections either', async () => {
    const forbidden = new mongo.MongoServerError({ code: 13 });
    const { models } = modelWith([{ name: 'a' }, { name: 'b' }], { a: 13, b: 13 });
    const [model] = models;
    const cannot = { ...model, createCollection: () => Promise.reject(forbidden) };
    await createIndexes([cannot as unknown as Model<unknown>]);
  });

  it.each([
    [{ key: { a: 1 }, unique: true, partialFilterExpression: { a: { $gt: '' } } }, []],
    [{ key: { a: 1 }, unique: true, partialFilterExpression: { a: { $gt: 'm' } } }, ['c.a']],
    [{ key: { a: 1 }, unique: true }, ['c.a']],
    [{ key: { a: 1 }, partialFilterExpression: { a: { $gt: '' } } }, ['c.a']],
  ])('are missing unless a unique one has the same filter: %j', async (standing, missing) => {
    expect(await missingUniqueIndexes(modelWith([standing]).models)).toEqual(missing);
  });
});
