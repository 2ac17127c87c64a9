import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, type mongo } from 'mongoose';
import { readRecent, type RecentPageRequest, type RecentPosition } from '../paging/recent-page.js';
import { VISITOR, type VisitorRecord } from './visitor.schema.js';

/** A visitor and its place in the list. */
export interface ListedVisitor {
  readonly record: VisitorRecord;
  readonly position: RecentPosition;
}

@Injectable()
export class VisitorListRepository {
  private readonly visitors: mongo.Collection<VisitorRecord>;

  constructor(@InjectModel(VISITOR) model: Model<VisitorRecord>) {
    this.visitors = model.collection as unknown as mongo.Collection<VisitorRecord>;
  }

  /** Up to `limit + 1` visitors of an account that are not being erased, the last seen first. */
  async list(accountId: string, request: RecentPageRequest): Promise<ListedVisitor[]> {
    const found = await readRecent('lastSeenAt', request, (place, limit) =>
      this.visitors
        .find(
          { accountId, removingAt: null, ...place },
          { sort: { lastSeenAt: -1, _id: -1 }, limit },
        )
        .toArray(),
    );
    return found.map((record) => ({
      record,
      position: { at: record.lastSeenAt ?? null, id: record._id },
    }));
  }
}
