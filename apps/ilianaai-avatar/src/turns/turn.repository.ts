import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { findOrInsert, GatheredReads, isDuplicateKey } from '#platform';
import { Model, mongo } from 'mongoose';
import { toTurnDocument, toSourceLine } from './turn.mapper.js';
import { TURN_MODEL, type TurnDocument } from './turn.schema.js';
import type { SourceLine } from './merge/source-line.js';

/** The session that lines belong to. */
export interface TurnOwner {
  readonly id: string;
  readonly accountId: string;
}

export interface OwnedLine {
  readonly owner: TurnOwner;
  readonly line: SourceLine;
}

/** More than most transcripts have, and decoded in a few milliseconds. */
const LIST_BATCH = 500;

/** What became of a line that was to be inserted. */
export type InsertedLine = 'stored' | 'repeated' | 'conflict';

/** The turns collection. */
@Injectable()
export class TurnRepository {
  private readonly turns: mongo.Collection<TurnDocument>;
  /** Callers that come at the same time share a count. */
  private readonly counts = new GatheredReads<TurnOwner, number>((owners) =>
    this.countEach(owners),
  );

  constructor(@InjectModel(TURN_MODEL) model: Model<TurnDocument>) {
    this.turns = model.collection as unknown as mongo.Collection<TurnDocument>;
  }

  /** Inserts lines in one write; a key that is taken is compared with what stands under it. */
  async insertAll(lines: readonly OwnedLine[]): Promise<InsertedLine[]> {
    const results = new Array<InsertedLine>(lines.length).fill('stored');
    const documents = lines.map(({ owner, line }) => {
      return { ...toTurnDocument(line, owner), stored: new mongo.Timestamp(0n) };
    });
    try {
      await this.turns.insertMany(documents, { ordered: false });
    } catch (error) {
      for (const index of takenIndexes(error)) {
        const document = documents[index];
        if (document) results[index] = await this.compareOrInsert(document);
      }
    }
    return results;
  }

  /**
   * Stores lines of the vendor's record at their place in it: a line that was read while it grew
   * is replaced by its longer self.
   * @returns how many lines that stood there already have changed
   */
  async placeAll(owner: TurnOwner, lines: readonly SourceLine[]): Promise<number> {
    if (lines.length === 0) return 0;
    const result = await this.turns.bulkWrite(
      lines.map((line) => {
        const { accountId, sessionId, source, key, ...members } = toTurnDocument(line, owner);
        return {
          updateOne: {
            filter: { accountId, sessionId, source, key },
            update: { $set: members },
            upsert: true,
          },
        };
      }),
      { ordered: false },
    );
    return result.modifiedCount;
  }

  /** Deletes lines that the vendor's record no longer holds; repeating it changes nothing. */
  async removeVendorLines(
    { id: sessionId, accountId }: TurnOwner,
    keys: readonly string[],
  ): Promise<void> {
    if (keys.length === 0) return;
    const source = 'vendor';
    await this.turns.deleteMany({ accountId, sessionId, source, key: { $in: [...keys] } });
  }

  async list({ id: sessionId, accountId }: TurnOwner): Promise<SourceLine[]> {
    const lines: SourceLine[] = [];
    // A long transcript comes in batches, so that decoding it leaves others their turns.
    const cursor = this.turns.find({ accountId, sessionId }, { batchSize: LIST_BATCH });
    for await (const turn of cursor) lines.push(toSourceLine(turn));
    return lines;
  }

  /** How many lines there are at some instant after the call. */
  async count(owner: TurnOwner): Promise<number> {
    return (await this.counts.get(owner)) ?? 0;
  }

  /** Answered from the index alone, once for all who ask about the same session. */
  private async countEach(owners: readonly TurnOwner[]): Promise<number[]> {
    const asked = new Map(owners.map((owner) => [owner.id, owner]));
    const counted = await Promise.all(
      [...asked.values()].map(async ({ id: sessionId, accountId }) => {
        return [sessionId, await this.turns.countDocuments({ accountId, sessionId })] as const;
      }),
    );
    const counts = new Map(counted);
    return owners.map(({ id }) => counts.get(id) ?? 0);
  }

  async removeAll({ id: sessionId, accountId }: TurnOwner): Promise<void> {
    await this.turns.deleteMany({ accountId, sessionId });
  }

  private compareOrInsert(document: TurnDocument): Promise<InsertedLine> {
    return findOrInsert(
      () => this.compare(document),
      () => this.insert(document),
    );
  }

  /** Null where nothing stands under its key. */
  private async compare(document: TurnDocument): Promise<InsertedLine | null> {
    const { accountId, sessionId, source, key } = document;
    const standing = await this.turns.findOne({ accountId, sessionId, source, key });
    if (standing === null) return null;
    const isSame = standing.text === document.text && standing.role === document.role;
    return isSame ? 'repeated' : 'conflict';
  }

  /** Null where its key is taken. */
  private async insert(document: TurnDocument): Promise<InsertedLine | null> {
    try {
      await this.turns.insertOne(document);
      return 'stored';
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return null;
    }
  }
}

/**
 * Positions of the documents that a unique index refused.
 * @throws the error itself when anything else went wrong: then nothing counts as stored
 */
function takenIndexes(error: unknown): number[] {
  if (!(error instanceof mongo.MongoBulkWriteError) || !isDuplicateKey(error)) throw error;
  const writeErrors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  if (
    writeErrors.some((each) => !isDuplicateKey(Object.assign(new Error(), { code: each.code })))
  ) {
    throw error;
  }
  return writeErrors.map((each) => each.index);
}
