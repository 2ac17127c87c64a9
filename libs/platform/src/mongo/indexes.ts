import type { Model, mongo, Schema } from 'mongoose';

/**
 * Creates every index of the models' schemas, all of a collection's in one command; an index that
 * stands already is left alone.
 */
export async function createIndexes(models: readonly Model<unknown>[]): Promise<void> {
  await Promise.all(
    models.map(async (model) => {
      await model.createCollection();
      const indexes = model.schema.indexes().map(describe);
      if (indexes.length > 0) await model.collection.createIndexes(indexes);
    }),
  );
}

function describe([key, options]: ReturnType<Schema['indexes']>[number]): mongo.IndexDescription {
  return { ...options, key } as mongo.IndexDescription;
}

/** Names `<collection>.<key>` of the unique indexes that the schemas declare and the server lacks. */
export async function missingUniqueIndexes(models: readonly Model<unknown>[]): Promise<string[]> {
  return (await Promise.all(models.map(missingIn))).flat();
}

async function missingIn({ collection, schema }: Model<unknown>): Promise<string[]> {
  const standing = await collection.indexes();
  const unique = new Set(
    standing.filter((index) => index.unique).map((index) => JSON.stringify(index.key)),
  );
  return schema
    .indexes()
    .filter(([key, options]) => options.unique && !unique.has(JSON.stringify(key)))
    .map(([key]) => `${collection.name}.${Object.keys(key).join('+')}`);
}
