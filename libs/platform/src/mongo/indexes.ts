import { Logger } from '@nestjs/common';
import { type Model, mongo, type Schema } from 'mongoose';
import { isDeepStrictEqual } from 'node:util';
import { DEADLINES } from './operation-deadlines.js';
import { withinDeadline } from './within-deadline.js';

/** MongoDB's codes for an index that stands with another definition, by its options or by its key. */
const STANDS_OTHERWISE = new Set<unknown>([85, 86]);

/** MongoDB's code for what the connection's user may not do. */
const FORBIDDEN = 13;

const logger = new Logger('Database');

/**
 * Creates every index of the models' schemas; one that stands already is left alone. Unique ones
 * come first and must stand as they are declared. Of the others one that stands otherwise under the
 * same name, made by another version of the app, is only told: it makes queries slow, not wrong. A
 * user who may not create any needs all to stand by their names.
 * @throws mongo.MongoServerError also where the user may not write
 */
export async function createIndexes(models: readonly Model<unknown>[]): Promise<void> {
  await Promise.all(
    models.map(async (model) => {
      await createCollection(model);
      const indexes = model.schema.indexes().map(describe);
      const unique = indexes.filter((index) => index.unique);
      if (unique.length > 0) await createUnlessForbidden(model, unique);
      for (const index of indexes) if (!index.unique) await createOther(model, index);
    }),
  );
}

async function createOther(model: Model<unknown>, index: mongo.IndexDescription): Promise<void> {
  try {
    await createUnlessForbidden(model, [index]);
  } catch (error) {
    if (!(error instanceof mongo.MongoServerError) || !STANDS_OTHERWISE.has(error.code))
      throw error;
    logger.warn({ indexStandsOtherwise: `${model.collection.name}.${index.name ?? 'unnamed'}` });
  }
}

/** Where it may not be made and does not stand, its indexes cannot either. */
async function createCollection(model: Model<unknown>): Promise<void> {
  try {
    await withinDeadline(DEADLINES.callMs, () => model.createCollection());
  } catch (error) {
    if (!isForbidden(error)) throw error;
  }
}

async function createUnlessForbidden(
  { collection }: Model<unknown>,
  indexes: mongo.IndexDescription[],
): Promise<void> {
  try {
    await collection.createIndexes(indexes);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    const standing = new Set((await collection.indexes()).map(({ name }) => name));
    if (!indexes.every(({ name }) => standing.has(name))) throw error;
    await requireWrites(collection);
  }
}

/**
 * Whoever may not create indexes may have no right to write at all: the app would be ready and refuse
 * every call. What is written changes no record.
 */
async function requireWrites(collection: Model<unknown>['collection']): Promise<void> {
  const none = { _id: new mongo.ObjectId() };
  await collection.updateOne(none, { $set: { written: true } });
  await collection.deleteOne(none);
}

function isForbidden(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === FORBIDDEN;
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
