import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isDuplicateKey } from '#platform';
import { Model, type mongo } from 'mongoose';
import type { VendorName } from '../vendors/vendor.js';
import { CLAIM_MODEL, type ClaimDocument } from './claim.schema.js';

/** A claim that was taken. */
export interface Hold {
  readonly vendor: VendorName;
  readonly epoch: number;
}

const LONG_AGO = new Date(0);
const NEVER = new Date('9999-01-01T00:00:00Z');

/** The claims: conditional writes of one record for each vendor. */
@Injectable()
export class ClaimRepository {
  private readonly claims: mongo.Collection<ClaimDocument>;

  constructor(@InjectModel(CLAIM_MODEL) model: Model<ClaimDocument>) {
    this.claims = model.collection as unknown as mongo.Collection<ClaimDocument>;
  }

  /**
   * Takes the claim where nobody holds it: whoever died lets it go by dying.
   * @param isAsked by an operator, who is kept waiting by no failure
   * @returns null where somebody else holds it, or it is paused
   */
  async take(
    vendor: VendorName,
    { owner, until, now, isAsked }: { owner: string; until: Date; now: Date; isAsked: boolean },
  ): Promise<Hold | null> {
    const pausedUntil = { $lte: isAsked ? NEVER : now };
    try {
      const taken = await this.claims.findOneAndUpdate(
        { _id: vendor, until: { $lte: now }, pausedUntil },
        {
          $set: { owner, until },
          $inc: { epoch: 1 },
          $setOnInsert: { pausedUntil: LONG_AGO, wanted: [] },
        },
        { upsert: true, returnDocument: 'after' },
      );
      return taken && { vendor, epoch: taken.epoch };
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  /** @returns whether it is still held */
  async renew({ vendor, epoch }: Hold, until: Date): Promise<boolean> {
    const found = await this.claims.updateOne({ _id: vendor, epoch }, { $set: { until } });
    return found.matchedCount === 1;
  }

  /** Gives it back; one that was lost stays with whoever has it. */
  async release({ vendor, epoch }: Hold, pausedUntil = LONG_AGO): Promise<void> {
    await this.claims.updateOne({ _id: vendor, epoch }, { $set: { until: LONG_AGO, pausedUntil } });
  }

  /** Notes a day that somebody wants. */
  async want(vendor: VendorName, day: string): Promise<void> {
    await this.claims.updateOne(
      { _id: vendor },
      {
        $addToSet: { wanted: day },
        $setOnInsert: { epoch: 0, until: LONG_AGO, pausedUntil: LONG_AGO },
      },
      { upsert: true },
    );
  }

  async listWanted(vendor: VendorName): Promise<readonly string[]> {
    const found = await this.claims.findOne({ _id: vendor }, { projection: { wanted: 1 } });
    return found?.wanted ?? [];
  }

  /** A day is made, or cannot be any more. */
  async drop({ vendor, epoch }: Hold, day: string): Promise<void> {
    await this.claims.updateOne({ _id: vendor, epoch }, { $pull: { wanted: day } });
  }
}
