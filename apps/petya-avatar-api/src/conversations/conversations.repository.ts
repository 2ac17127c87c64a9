import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { SettableStatus } from '#contracts';
import { isDuplicateKey, newId } from '#platform';
import { Model } from 'mongoose';
import type { Outcome } from '../http/outcome.js';
import { PetyaConfig } from '../config/petya-config.js';
import { afterRecordId, handleOf, recordId } from '../persistence/record-id.js';
import {
  type AccountScope,
  accountScope,
  type ConversationFilter,
  conversationFilters,
} from './conversation-filters.js';
import type { Conversation, ConversationRef, KnownConversation } from './conversation.js';
import { toConversation, toConversationRef } from './conversation.mapper.js';
import { judgeReopening, type Opener, type Reopening } from './conversation-opening.js';
import { CONVERSATION, type ConversationRecord, TURNS_LAYOUT } from './conversation.schema.js';
import { lastActivityOf } from './older-record.js';
import { type TimelinePosition, turnsBehind } from './timeline-position.js';

/** What a plugin says of a conversation it opens. */
export interface NewConversation {
  readonly externalId?: string | undefined;
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

/** Members that decide who may do what. */
const KNOWN_MEMBERS = { visitorId: 1, proof: 1, createdAt: 1, lastActivityAt: 1 } as const;

/** Members that decide whether a conversation is given to who opens it again. */
const OPENING_MEMBERS = {
  status: 1,
  visitorId: 1,
  proof: 1,
  unclaimed: 1,
  transcript: { $slice: 1 },
} as const;

@Injectable()
export class ConversationsRepository {
  constructor(
    @InjectModel(CONVERSATION) private readonly conversations: Model<ConversationRecord>,
    private readonly config: PetyaConfig,
  ) {}

  /**
   * Opens a conversation; with an `externalId` that is there already, gives that one to whom it
   * belongs.
   */
  async open(
    accountId: string,
    opener: Opener,
    opened: NewConversation,
  ): Promise<Outcome<ConversationRef> | 'taken'> {
    const now = new Date();
    const record: ConversationRecord = {
      _id: newId(),
      accountId,
      ...opened,
      ...ownership(opener),
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
      const { externalId } = opened;
      if (externalId === undefined || !isDuplicateKey(error, 'externalId')) throw error;
      const body = await this.reopen({ externalId, accountId }, opener);
      return body === 'taken' ? body : { created: false, body };
    }
  }

  /** Takes back a conversation that was opened just now and in which nothing stands. */
  async discard(accountId: string, id: string): Promise<void> {
    await this.conversations.deleteOne({ _id: recordId(id), accountId });
  }

  /** What decides who may do what with the conversation that an id means. */
  async find(accountId: string, id: string): Promise<KnownConversation | null> {
    for (const filter of this.filters(accountId, id)) {
      const record = await this.conversations.findOne(filter, KNOWN_MEMBERS).lean();
      if (!record) continue;
      return {
        id: String(record._id),
        visitorId: record.visitorId ?? null,
        proof: record.proof ?? false,
        named: '_id' in filter ? 'own' : 'external',
        handle: handleOf(String(record._id), lastActivityOf(record), new Date()),
      };
    }
    return null;
  }

  /** Up to `limit` turns behind a position, with the conversation around them, by its own id. */
  async findPage(
    accountId: string,
    conversationId: string,
    behind: TimelinePosition | null,
    limit: number,
  ): Promise<Conversation | null> {
    const turns = behind
      ? { $filter: { input: '$transcript', cond: turnsBehind(behind), limit } }
      : { $slice: ['$transcript', limit] };
    const [record] = await this.conversations.aggregate<ConversationRecord>([
      { $match: { _id: recordId(conversationId), ...this.scope(accountId) } },
      {
        $project: {
          ...READ_MEMBERS,
          // Records from before are short and need their whole transcript to be put in order.
          transcript: { $cond: [{ $eq: ['$layout', TURNS_LAYOUT] }, turns, '$transcript'] },
        },
      },
      { $limit: 1 },
    ]);
    return record ? toConversation(record) : null;
  }

  /**
   * Notes that something happens in a conversation, unless it is another's by now than it was
   * known to be. From then on no retention removes it and nobody adopts it.
   */
  async change(
    accountId: string,
    { id, visitorId, proof }: KnownConversation,
    changes: { readonly status?: SettableStatus },
  ): Promise<boolean> {
    const own = { _id: recordId(id), ...this.scope(accountId) };
    const result = await this.conversations.updateOne(
      { ...own, visitorId, proof: proof ? true : { $ne: true } },
      { $set: { ...changes, lastActivityAt: new Date() }, $unset: { unclaimed: 1 } },
    );
    return result.matchedCount === 1;
  }

  /** By its own id. */
  async has(accountId: string, conversationId: string): Promise<boolean> {
    const own = { _id: recordId(conversationId), ...this.scope(accountId) };
    return (await this.conversations.exists(own)) !== null;
  }

  /** The own id of a visitor's next conversation in id order; null after the last one. */
  async nextOfVisitor(
    accountId: string,
    visitorId: string,
    afterId: string | null,
  ): Promise<string | null> {
    const behind = afterId === null ? {} : afterRecordId(afterId);
    const next = await this.conversations
      .findOne({ accountId, visitorId, removingAt: null, ...behind }, { _id: 1 })
      .sort({ _id: 1 })
      .lean();
    return next && String(next._id);
  }

  async hasLiveSessions(accountId: string): Promise<boolean> {
    const live = { ...this.scope(accountId), 'sessions.status': 'active' as const };
    return (await this.conversations.exists(live)) !== null;
  }

  private async reopen(filter: ExternalFilter, opener: Opener): Promise<ConversationRef | 'taken'> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const record = await this.conversations
        .findOne(filter, OPENING_MEMBERS)
        .lean<ConversationRecord>();
      if (!record) return 'taken';
      const verdict = judgeReopening(opener, {
        visitorId: record.visitorId ?? null,
        proof: record.proof ?? false,
        isUnclaimed: record.unclaimed === true && (record.transcript ?? []).length === 0,
      });
      if (verdict === 'taken') return verdict;
      const isSettled = verdict === 'same' && record.unclaimed !== true;
      if (isSettled || (await this.takeOver(record, filter.accountId, opener, verdict))) {
        return toConversationRef(record);
      }
    }
    return 'taken';
  }

  /** False when the conversation is another's by now, or something was said in it meanwhile. */
  private async takeOver(
    { _id }: ConversationRecord,
    accountId: string,
    opener: Opener,
    verdict: Exclude<Reopening, 'taken'>,
  ): Promise<boolean> {
    const isAdoption = verdict === 'adopt';
    const unsaid = { visitorId: null, unclaimed: true, transcript: { $size: 0 } };
    const result = await this.conversations.updateOne(
      {
        _id,
        ...this.scope(accountId),
        ...(isAdoption ? unsaid : { visitorId: opener.visitorId }),
      },
      {
        // Without a visitor there was a session, of whom nobody knows: its words go elsewhere.
        $set: { ...ownership(opener), ...(isAdoption ? { sessions: [] } : {}) },
        $unset: { unclaimed: 1 },
      },
    );
    return result.matchedCount === 1;
  }

  private filters(accountId: string, id: string): ConversationFilter[] {
    return conversationFilters(accountId, this.config.olderRecordsAccountId, id);
  }

  private scope(accountId: string): AccountScope {
    return accountScope(accountId, this.config.olderRecordsAccountId);
  }
}

/** Whose a conversation is from now on. */
function ownership({ visitorId, proof }: Opener): Partial<ConversationRecord> {
  if (visitorId === null) return {};
  return proof ? { visitorId, proof } : { visitorId };
}
