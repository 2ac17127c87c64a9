import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { SettableStatus } from '#contracts';
import { isDuplicateKey } from '#platform';
import { Model } from 'mongoose';
import type { Outcome } from '../http/outcome.js';
import { PetyaConfig } from '../config/petya-config.js';
import { newRecordId } from '../persistence/record-id.js';
import { type AccountScope, accountScope, conversationFilters } from './conversation-filters.js';
import type { Conversation, ConversationRef } from './conversation.js';
import { toConversation, toConversationRef } from './conversation.mapper.js';
import { CONVERSATION, type ConversationRecord, TURNS_LAYOUT } from './conversation.schema.js';
import { type TimelinePosition, turnsBehind } from './timeline-position.js';

/** What a plugin says of a conversation it opens. */
export interface NewConversation {
  readonly externalId?: string | undefined;
  readonly visitorId?: string | undefined;
  readonly pageUrl?: string | undefined;
}

@Injectable()
export class ConversationsRepository {
  constructor(
    @InjectModel(CONVERSATION) private readonly conversations: Model<ConversationRecord>,
    private readonly config: PetyaConfig,
  ) {}

  /** Opens a conversation; with an `externalId` that is there already, gives that one. */
  async open(accountId: string, opened: NewConversation): Promise<Outcome<ConversationRef>> {
    const now = new Date();
    const record: ConversationRecord = {
      _id: newRecordId(),
      accountId,
      ...opened,
      status: 'active',
      layout: TURNS_LAYOUT,
      sessions: [],
      transcript: [],
      createdAt: now,
      lastActivityAt: now,
    };
    try {
      await this.conversations.create(record);
      return { created: true, body: toConversationRef(record) };
    } catch (error) {
      if (!isDuplicateKey(error, 'externalId')) throw error;
      return { created: false, body: await this.reopen(accountId, opened) };
    }
  }

  /** Up to `limit` turns behind a position, with the conversation around them. */
  async findPage(
    accountId: string,
    id: string,
    behind: TimelinePosition | null,
    limit: number,
  ): Promise<Conversation | null> {
    const turns = behind
      ? { $filter: { input: '$transcript', cond: turnsBehind(behind) } }
      : '$transcript';
    for (const filter of conversationFilters(id)) {
      const [record] = await this.conversations.aggregate<ConversationRecord>([
        { $match: { ...filter, ...this.scope(accountId), removingAt: null } },
        {
          $set: {
            // Records from before are short and need their whole transcript to be put in order.
            transcript: {
              $cond: [
                { $eq: ['$layout', TURNS_LAYOUT] },
                { $slice: [turns, limit] },
                '$transcript',
              ],
            },
          },
        },
        { $limit: 1 },
      ]);
      if (record) return toConversation(record);
    }
    return null;
  }

  setStatus(
    accountId: string,
    id: string,
    status: SettableStatus,
  ): Promise<ConversationRef | null> {
    return this.change(accountId, id, { status, lastActivityAt: new Date() });
  }

  /** Notes that something happened in a conversation; from then on no retention removes it. */
  touch(accountId: string, id: string): Promise<ConversationRef | null> {
    return this.change(accountId, id, { lastActivityAt: new Date() });
  }

  async hasLiveSessions(accountId: string): Promise<boolean> {
    const live = { ...this.scope(accountId), 'sessions.status': 'active' as const };
    return (await this.conversations.exists(live)) !== null;
  }

  private async change(
    accountId: string,
    id: string,
    changes: Partial<ConversationRecord>,
  ): Promise<ConversationRef | null> {
    for (const filter of conversationFilters(id)) {
      const record = await this.conversations
        .findOneAndUpdate(
          { ...filter, ...this.scope(accountId), removingAt: null },
          { $set: changes },
          { returnDocument: 'after', projection: { status: 1 } },
        )
        .lean();
      if (record) return toConversationRef(record);
    }
    return null;
  }

  private async reopen(accountId: string, opened: NewConversation): Promise<ConversationRef> {
    const own = { accountId, externalId: opened.externalId };
    // A delivery may have made the conversation before the plugin could say whose it is.
    if (opened.visitorId !== undefined) {
      await this.conversations.updateOne(
        { ...own, visitorId: null },
        { $set: { visitorId: opened.visitorId } },
      );
    }
    const record = await this.conversations.findOne(own, { status: 1 }).lean().orFail();
    return toConversationRef(record);
  }

  private scope(accountId: string): AccountScope {
    return accountScope(accountId, this.config.olderRecordsAccountId);
  }
}
