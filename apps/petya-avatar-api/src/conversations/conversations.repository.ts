import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { SettableStatus } from '#contracts';
import { isDuplicateKey } from '#platform';
import { Model } from 'mongoose';
import type { Outcome } from '../http/outcome.js';
import { PetyaConfig } from '../config/petya-config.js';
import { newRecordId, type RecordId, recordId } from '../persistence/record-id.js';
import {
  type AccountScope,
  accountScope,
  type ConversationFilter,
  conversationFilters,
} from './conversation-filters.js';
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

/** By the caller's own id. */
type ExternalFilter = Extract<ConversationFilter, { externalId: string }>;

/** Members of a conversation that are read beside its turns. */
const READ_MEMBERS = {
  externalId: 1,
  visitorId: 1,
  pageUrl: 1,
  status: 1,
  sessionId: 1,
  layout: 1,
  sessions: 1,
  createdAt: 1,
} as const;

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
      const { externalId, visitorId } = opened;
      if (externalId === undefined || !isDuplicateKey(error, 'externalId')) throw error;
      return { created: false, body: await this.reopen({ externalId, accountId }, visitorId) };
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
      ? { $filter: { input: '$transcript', cond: turnsBehind(behind), limit } }
      : { $slice: ['$transcript', limit] };
    for (const filter of this.filters(accountId, id)) {
      const [record] = await this.conversations.aggregate<ConversationRecord>([
        { $match: filter },
        {
          $project: {
            ...READ_MEMBERS,
            // Records from before are short and need their whole transcript to be put in order.
            transcript: { $cond: [{ $eq: ['$layout', TURNS_LAYOUT] }, turns, '$transcript'] },
          },
        },
        { $limit: 1 },
      ]);
      if (record) return toConversation(record);
    }
    return null;
  }

  async setStatus(
    accountId: string,
    id: string,
    status: SettableStatus,
  ): Promise<ConversationRef | null> {
    const changed = await this.change(accountId, id, { status, lastActivityAt: new Date() });
    return changed === null ? null : { id: changed, status };
  }

  /**
   * Notes that something happened in a conversation; from then on no retention removes it.
   * @returns its own id
   */
  touch(accountId: string, id: string): Promise<string | null> {
    return this.change(accountId, id, { lastActivityAt: new Date() });
  }

  /** By its own id, as `touch` gave it. */
  async has(accountId: string, conversationId: string): Promise<boolean> {
    const own = { _id: recordId(conversationId), ...this.scope(accountId) };
    return (await this.conversations.exists(own)) !== null;
  }

  async hasLiveSessions(accountId: string): Promise<boolean> {
    const live = { ...this.scope(accountId), 'sessions.status': 'active' as const };
    return (await this.conversations.exists(live)) !== null;
  }

  private async change(
    accountId: string,
    id: string,
    changes: Partial<ConversationRecord>,
  ): Promise<string | null> {
    for (const filter of this.filters(accountId, id)) {
      const _id = '_id' in filter ? filter._id : await this.ownId(filter);
      if (_id === null) continue;
      const own = { _id, ...this.scope(accountId) };
      const result = await this.conversations.updateOne(own, { $set: changes });
      if (result.matchedCount === 1) return String(_id);
    }
    return null;
  }

  private async ownId(filter: ExternalFilter): Promise<RecordId | null> {
    return (await this.conversations.findOne(filter, { _id: 1 }).lean())?._id ?? null;
  }

  private async reopen(
    filter: ExternalFilter,
    visitorId: string | undefined,
  ): Promise<ConversationRef> {
    const record = await this.conversations.findOne(filter, { status: 1 }).lean().orFail();
    // A delivery may have made the conversation before the plugin could say whose it is.
    if (visitorId !== undefined) {
      const own = { _id: record._id, ...this.scope(filter.accountId), visitorId: null };
      await this.conversations.updateOne(own, { $set: { visitorId } });
    }
    return toConversationRef(record);
  }

  private filters(accountId: string, id: string): ConversationFilter[] {
    return conversationFilters(accountId, this.config.olderRecordsAccountId, id);
  }

  private scope(accountId: string): AccountScope {
    return accountScope(accountId, this.config.olderRecordsAccountId);
  }
}
