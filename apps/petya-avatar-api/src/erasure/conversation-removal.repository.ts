import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { IS_TIME } from '#platform';
import { Model, type mongo, Types } from 'mongoose';
import { PetyaConfig } from '../config/petya-config.js';
import type { RecordId } from '../persistence/record-id.js';
import {
  type AccountFilter,
  accountFilter,
  conversationFilters,
} from '../conversations/conversation-filters.js';
import { CONVERSATION, type ConversationRecord } from '../conversations/conversation.schema.js';

/** A conversation on its way out, with every id that it goes by. */
export interface LeavingConversation {
  /** As it is stored. */
  readonly id: RecordId;
  /** Our own id and the caller's. */
  readonly names: readonly string[];
  /** The avatar sessions that were delivered into it. */
  readonly sessionIds: readonly string[];
  /** Whose it is; null where nobody said so. */
  readonly visitorId: string | null;
  /** Changes with whatever happens in it; null on records from before. */
  readonly lastActivityAt: Date | null;
}

const NAMES = {
  lastActivityAt: 1,
  visitorId: 1,
  externalId: 1,
  formerExternalId: 1,
  sessionId: 1,
  'sessions.sessionId': 1,
} as const;

/**
 * Removal in two steps, so that it can stop anywhere and go on later: a conversation is marked,
 * which takes it out of everybody's reach; its messages go, and the record goes last. Ids are
 * passed on as they are stored.
 */
@Injectable()
export class ConversationRemovalRepository {
  private readonly conversations: mongo.Collection<ConversationRecord>;

  constructor(
    @InjectModel(CONVERSATION) model: Model<ConversationRecord>,
    private readonly config: PetyaConfig,
  ) {
    this.conversations = model.collection as unknown as mongo.Collection<ConversationRecord>;
  }

  /** The conversation that an id means in an account. */
  async find(accountId: string, id: string): Promise<LeavingConversation | null> {
    const { olderRecordsAccountId } = this.config;
    for (const filter of conversationFilters(accountId, olderRecordsAccountId, id)) {
      const [found] = await this.list(filter, 1);
      if (found) return found;
    }
    return null;
  }

  /** Some conversations of a visitor that are not marked yet. */
  listOfVisitor(
    accountId: string,
    visitorId: string,
    limit: number,
  ): Promise<LeavingConversation[]> {
    return this.list({ accountId, visitorId }, limit);
  }

  /** Some conversations of an account without activity since a time, the longest idle first. */
  async listIdle(accountId: string, before: Date, limit: number): Promise<LeavingConversation[]> {
    const own = { accountId: this.ofAccount(accountId), removingAt: null };
    const idle = await this.list({ ...own, lastActivityAt: { $lt: before } }, limit, {
      lastActivityAt: 1,
    });
    if (idle.length === limit) return idle;
    const older = { ...own, ...olderThan(before) };
    return [...idle, ...(await this.list(older, limit - idle.length))];
  }

  markOfAccount(accountId: string): Promise<number> {
    return this.mark({ accountId: this.ofAccount(accountId), removingAt: null });
  }

  markThese(accountId: string, ids: readonly RecordId[]): Promise<number> {
    return this.mark(this.these(accountId, ids));
  }

  /** False where something has happened in it since it was found: then it is not marked. */
  async markAsFound(accountId: string, found: LeavingConversation): Promise<boolean> {
    const { id, visitorId, lastActivityAt } = found;
    const own = this.these(accountId, [id]);
    return (await this.mark({ ...own, visitorId, lastActivityAt })) === 1;
  }

  /**
   * Of some conversations, marks those without activity since a time. The condition is in the same
   * write as the mark, so a message that arrives meanwhile saves its conversation.
   */
  async markIdle(accountId: string, ids: readonly RecordId[], before: Date): Promise<number> {
    const own = this.these(accountId, ids);
    const idle = await this.mark({ ...own, lastActivityAt: { $lt: before } });
    return idle + (await this.mark({ ...own, lastActivityAt: null }));
  }

  /** Some marked conversations of an account. */
  listMarked(accountId: string, limit: number): Promise<LeavingConversation[]> {
    return this.list({ accountId: this.ofAccount(accountId), removingAt: IS_TIME }, limit);
  }

  /** Accounts that have marked conversations. */
  async listAccountsWithMarked(): Promise<string[]> {
    const found = await this.conversations
      .aggregate<{ _id: string | null }>([
        { $match: { removingAt: IS_TIME } },
        { $group: { _id: '$accountId' } },
      ])
      .toArray();
    return found.flatMap(({ _id }) => _id ?? this.config.olderRecordsAccountId ?? []);
  }

  async removeMarked(accountId: string, ids: readonly RecordId[]): Promise<number> {
    const result = await this.conversations.deleteMany({
      ...this.these(accountId, ids),
      removingAt: IS_TIME,
    });
    return result.deletedCount;
  }

  /** Of some visitors, those that have a conversation. */
  async visitorsWithAny(accountId: string, visitorIds: readonly string[]): Promise<Set<string>> {
    const found = await this.conversations
      .aggregate<{ _id: string }>([
        { $match: { accountId, visitorId: { $in: [...visitorIds] } } },
        { $group: { _id: '$visitorId' } },
      ])
      .toArray();
    return new Set(found.map(({ _id }) => _id));
  }

  /** Takes what a visitor said out of conversations that are not the visitor's own. */
  async takeOutSessionsOf(accountId: string, visitorId: string): Promise<void> {
    const own = { accountId, 'sessions.visitorId': visitorId };
    for await (const { _id, sessions = [] } of this.conversations.find(own, {
      projection: { 'sessions.sessionId': 1, 'sessions.visitorId': 1 },
    })) {
      const said = sessions.filter((session) => session.visitorId === visitorId);
      for (const { sessionId } of said) await this.takeOutSession(accountId, _id, sessionId);
    }
  }

  async takeOutSession(accountId: string, id: RecordId, sessionId: string): Promise<void> {
    await this.conversations.updateOne(
      { _id: id, accountId: this.ofAccount(accountId) },
      { $pull: { sessions: { sessionId }, transcript: { sessionId } } },
    );
  }

  private these(accountId: string, ids: readonly RecordId[]) {
    return { _id: { $in: [...ids] }, accountId: this.ofAccount(accountId) };
  }

  /** What was marked before keeps being marked. The caller's id is free for a new conversation. */
  private async mark(filter: mongo.Filter<ConversationRecord>): Promise<number> {
    const result = await this.conversations.updateMany(filter, {
      $set: { removingAt: new Date() },
      $unset: { visitorId: 1 },
      $rename: { externalId: 'formerExternalId' },
    });
    return result.matchedCount;
  }

  private async list(
    filter: mongo.Filter<ConversationRecord>,
    limit: number,
    sort?: mongo.Sort,
  ): Promise<LeavingConversation[]> {
    const found = this.conversations.find(filter, { projection: NAMES, limit });
    return (await (sort ? found.sort(sort) : found).toArray()).map(toLeaving);
  }

  private ofAccount(accountId: string): AccountFilter {
    return accountFilter(accountId, this.config.olderRecordsAccountId);
  }
}

/** Records from before know no activity; their id tells when they were made. */
function olderThan(before: Date) {
  const newest = Types.ObjectId.createFromTime(Math.floor(before.getTime() / 1000));
  return { lastActivityAt: null, _id: { $lt: newest } };
}

function toLeaving(record: ConversationRecord): LeavingConversation {
  const { _id, externalId, formerExternalId, sessionId, sessions = [], visitorId } = record;
  const sessionIds = [...sessions.map((each) => each.sessionId), ...(sessionId ? [sessionId] : [])];
  return {
    id: _id,
    names: [String(_id), ...[externalId ?? formerExternalId ?? []].flat()],
    sessionIds: [...new Set(sessionIds)],
    visitorId: visitorId ?? null,
    lastActivityAt: record.lastActivityAt ?? null,
  };
}
