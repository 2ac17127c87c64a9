import { Logger } from '@nestjs/common';
import { type Model, mongo, type Schema } from 'mongoose';
import { isDeepStrictEqual } from 'node:util';
import { DEADLINES } from './operation-deadlines.js';
import { withinDeadline } from './within-deadline.js';

/** MongoDB's codes for an index that stands with another definition, by its options or by its key. */
const STANDS_OTHERWISE = new Set<unknown>([85, 86]);

const logger = new Logger('Database');

/**
 * Creates every index of the models' schemas; one that stands already is left alone. Unique ones
 * come first and must stand as they are declared. Of the others one that stands otherwise under the
 * same name, made by another version of the app, is only told: it makes queries slow, not wrong.
 */
export async function createIndexes(models: readonly Model<unknown>[]): Promise<void> {
  await Promise.all(
    models.map(async (model) => {
      await withinDeadline(DEADLINES.callMs, () => model.createCollection());
      const indexes = model.schema.indexes().map(describe);
      const unique = indexes.filter((index) => index.unique);
      if (unique.length > 0) await model.collection.createIndexes(unique);
      for (const index of indexes) if (!index.unique) await createOther(model, index);
    }),
  );
}

async function createOther(model: Model<unknown>, index: mongo.IndexDescription): Promise<void> {
  try {
    await model.collection.createIndexes([index]);
  } catch (error) {
    if (!(error instanceof mongo.MongoServerError) || !STANDS_OTHERWISE.has(error.code))
      throw error;
    logger.warn({ indexStandsOtherwise: `${model.collection.name}.${index.name ?? 'unnamed'}` });
  }
}

function describe([key, options]: ReturnType<Schema['indexes']>[number]): mongo.IndexDescription {
  return { ...options, key } as mongo.IndexDescription;
}

/** Names `<collection>.<key>` of the unique indexes that the schemas declare and the server lacks. */
export async function missingUniqueIndexes(models: readonly Model<unknown>[]): Promise<string[]> {
  return (await Promise.all(models.map(missingIn))).flat();
}

async function missingIn({ collection, schema }: Model<unknown>): Promise<string[]> {
  const standing = (await collection.indexes()).filter((index) => index.unique);
  return schema
    .indexes()
    .filter(([, options]) => options.unique)
    .filter(([key, options]) => !standing.some((index) => isSame(index, key, options)))
    .map(([key]) => `${collection.name}.${Object.keys(key).join('+')}`);
}

/** A unique index with another filter watches over other records. The order of its key counts. */
function isSame(
  standing: mongo.IndexDescriptionInfo,
  key: object,
  { partialFilterExpression }: { partialFilterExpression?: object },
): boolean {
  return (
    JSON.stringify(standing.key) === JSON.stringify(key) &&
    isDeepStrictEqual(standing['partialFilterExpression'], partialFilterExpression)
  );
}
