import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { SettableStatus } from '#contracts';
import { findOrInsert, isDuplicateKey, newId } from '#platform';
import { Model, type PipelineStage } from 'mongoose';
import type { Outcome } from '../http/outcome.js';
import { PetyaConfig } from '../config/petya-config.js';
import { handleOf, type RecordId, recordId } from '../persistence/record-id.js';
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
import {
  compareVisitorsConversations,
  type VisitorsConversation,
} from './visitors-conversation.js';

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
    const { externalId } = opened;
    const insert = () => this.insert(record);
    const find = async () =>
      externalId === undefined ? null : this.reopen({ externalId, accountId }, opener);
    return (await insert()) ?? findOrInsert(find, insert);
  }

  /** Null where its `externalId` is there already. */
  private async insert(record: ConversationRecord): Promise<Outcome<ConversationRef> | null> {
    try {
      await this.conversations.create(record);
      return { created: true, body: toConversationRef(record) };
    } catch (error) {
      if (!isDuplicateKey(error, 'externalId', 'external')) throw error;
      return null;
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

  /**
   * Up to `limit` turns behind a position, with the conversation around them, by its own id.
   * @param saidBy only what was said in this visitor's sessions, and nothing about the owner
   */
  async findPage(
    accountId: string,
    conversationId: string,
    behind: TimelinePosition | null,
    limit: number,
    saidBy?: string,
  ): Promise<Conversation | null> {
    const turns = behind
      ? { $filter: { input: '$transcript', cond: turnsBehind(behind), limit } }
      : { $slice: ['$transcript', limit] };
    const [record] = await this.conversations.aggregate<ConversationRecord>([
      { $match: { _id: recordId(conversationId), ...this.scope(accountId) } },
      ...(saidBy === undefined
        ? []
        : [onlyOf(await this.sessionsOf(accountId, conversationId, saidBy))]),
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

  /**
   * The conversations that a visitor has, and those of others in which one of its sessions was
   * delivered: by when each was opened, then by id.
   */
  async listOfVisitor(accountId: string, visitorId: string): Promise<VisitorsConversation[]> {
    const [own, others] = await Promise.all([
      this.listPlaces({ accountId, removingAt: null, visitorId }),
      this.listPlaces({
        accountId,
        removingAt: null,
        'sessions.visitorId': visitorId,
        visitorId: { $ne: visitorId },
      }),
    ]);
    return [
      ...own.map((place) => ({ ...place, isOwn: true })),
      ...others.map((place) => ({ ...place, isOwn: false })),
    ].toSorted(compareVisitorsConversations);
  }

  /** The sessions of a visitor that were delivered into a conversation. */
  private async sessionsOf(accountId: string, id: string, visitorId: string): Promise<string[]> {
    const record = await this.conversations
      .findOne({ _id: recordId(id), ...this.scope(accountId) }, { sessions: 1 })
      .lean<Pick<ConversationRecord, 'sessions'>>();
    const theirs = record?.sessions?.filter((session) => session.visitorId === visitorId) ?? [];
    return theirs.map(({ sessionId }) => sessionId);
  }

  private async listPlaces(filter: object): Promise<{ id: string; openedMs: number }[]> {
    const found = await this.conversations
      .find(filter, { _id: 1, createdAt: 1 })
      .lean<{ _id: RecordId; createdAt?: Date | null }[]>();
    return found.map(({ _id, createdAt }) => ({
      id: String(_id),
      openedMs:
        (createdAt ?? (typeof _id === 'string' ? null : _id.getTimestamp()))?.getTime() ?? 0,
    }));
  }

  async hasLiveSessions(accountId: string): Promise<boolean> {
    const live = { ...this.scope(accountId), 'sessions.status': 'active' as const };
    return (await this.conversations.exists(live)) !== null;
  }

  /** Null where there is none. */
  private async reopen(
    filter: ExternalFilter,
    opener: Opener,
  ): Promise<Outcome<ConversationRef> | 'taken' | null> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const record = await this.conversations
        .findOne(filter, OPENING_MEMBERS)
        .lean<ConversationRecord>();
      if (!record) return null;
      const verdict = judgeReopening(opener, {
        visitorId: record.visitorId ?? null,
        proof: record.proof ?? false,
        isUnclaimed: record.unclaimed === true && (record.transcript ?? []).length === 0,
      });
      if (verdict === 'taken') return verdict;
      const isSettled = verdict === 'same' && record.unclaimed !== true;
      if (isSettled || (await this.takeOver(record, filter.accountId, opener, verdict))) {
        return { created: false, body: toConversationRef(record) };
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

/** Of a conversation of somebody else, what was said in some sessions and nothing about its owner. */
function onlyOf(sessionIds: readonly string[]): PipelineStage.Set {
  const isMeant = { $in: ['$$this.sessionId', [...sessionIds]] };
  return {
    $set: {
      sessions: { $filter: { input: '$sessions', cond: isMeant } },
      transcript: { $filter: { input: '$transcript', cond: isMeant } },
      visitorId: null,
      externalId: null,
      pageUrl: null,
    },
  };
}
