import type { Model } from 'mongoose';

/** Creates every index of the models' schemas; an index that stands already is left alone. */
export async function createIndexes(models: readonly Model<unknown>[]): Promise<void> {
  for (const model of models) {
    await model.createCollection();
    await model.createIndexes();
  }
}

/** Names `<collection>.<key>` of the unique indexes that the schemas declare and the server lacks. */
export async function missingUniqueIndexes(models: readonly Model<unknown>[]): Promise<string[]> {
  const missing: string[] = [];
  for (const model of models) {
    const standing = await model.collection.indexes();
    const unique = new Set(
      standing.filter((index) => index.unique).map((index) => JSON.stringify(index.key)),
    );
    for (const [key, options] of model.schema.indexes()) {
      if (options.unique && !unique.has(JSON.stringify(key))) {
        missing.push(`${model.collection.name}.${Object.keys(key).join('+')}`);
      }
    }
  }
  return missing;
}
