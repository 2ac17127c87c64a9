import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, type mongo } from 'mongoose';
import { PetyaConfig } from '../config/petya-config.js';
import { readRecent, type RecentPageRequest, type RecentPosition } from '../paging/recent-page.js';
import { accountScope } from './conversation-filters.js';
import { CONVERSATION, type ConversationRecord } from './conversation.schema.js';

const LISTED_MEMBERS = {
  externalId: 1,
  visitorId: 1,
  pageUrl: 1,
  status: 1,
  createdAt: 1,
  lastActivityAt: 1,
} as const;

type Listed = Pick<ConversationRecord, '_id' | keyof typeof LISTED_MEMBERS>;

/** A conversation, without what was said in it, and its place in the list. */
export interface ListedConversation {
  readonly record: Listed;
  readonly position: RecentPosition;
}

@Injectable()
export class ConversationListRepository {
  private readonly conversations: mongo.Collection<ConversationRecord>;

  constructor(
    @InjectModel(CONVERSATION) model: Model<ConversationRecord>,
    private readonly config: PetyaConfig,
  ) {
    this.conversations = model.collection as unknown as mongo.Collection<ConversationRecord>;
  }

  /**
   * Up to `limit + 1` conversations of an account that are not being removed, the one in which
   * something happened last first.
   */
  async list(accountId: string, request: RecentPageRequest): Promise<ListedConversation[]> {
    const own = accountScope(accountId, this.config.olderRecordsAccountId);
    const found = await readRecent('lastActivityAt', request, (place, limit) =>
      this.conversations
        .find<Listed>(
          { ...own, ...place },
          { projection: LISTED_MEMBERS, sort: { lastActivityAt: -1, _id: -1 }, limit },
        )
        .toArray(),
    );
    return found.map((record) => ({
      record,
      position: { at: record.lastActivityAt ?? null, id: record._id },
    }));
  }
}
