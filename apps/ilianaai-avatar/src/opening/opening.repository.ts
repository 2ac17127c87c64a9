import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isDuplicateKey } from '#platform';
import { Model, type mongo } from 'mongoose';
import { OPENING_MODEL, type OpeningDocument, THE_ORDER } from './opening.schema.js';
import type { OpeningOrder } from './pause.js';

/** The one document that says whether sessions may be opened. */
@Injectable()
export class OpeningRepository {
  private readonly openings: mongo.Collection<OpeningDocument>;

  constructor(@InjectModel(OPENING_MODEL) model: Model<OpeningDocument>) {
    this.openings = model.collection as unknown as mongo.Collection<OpeningDocument>;
  }

  /** Null where nobody has ever ordered anything. */
  async find(): Promise<OpeningOrder | null> {
    return this.openings.findOne({ _id: THE_ORDER }, { projection: { _id: 0 } });
  }

  /** In the place of whatever was ordered before. */
  async replace(order: OpeningOrder): Promise<void> {
    try {
      await this.put(order);
    } catch (error) {
      // Two that are the first at once: both want to insert it.
      if (!isDuplicateKey(error)) throw error;
      await this.put(order);
    }
  }

  private async put(order: OpeningOrder): Promise<void> {
    await this.openings.updateOne({ _id: THE_ORDER }, { $set: order }, { upsert: true });
  }
}
