import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ConversationStatus } from '#contracts';
import { isDuplicateKey, newId } from '#platform';
import { Model, type mongo } from 'mongoose';
import { PetyaConfig } from '../config/petya-config.js';
import { handleOf, type RecordId, recordId } from '../persistence/record-id.js';
import { accountScope, conversationFilters } from '../conversations/conversation-filters.js';
import {
  CONVERSATION,
  type ConversationRecord,
  TURNS_LAYOUT,
} from '../conversations/conversation.schema.js';
import type { Delivery, MetConversation, StoredSession } from './delivery.js';
import {
  deliveryUpdate,
  MAX_CONVERSATION_BYTES,
  takesEffect,
  toSessionRecord,
} from './delivery-write.js';
import {
  isOlderRecord,
  lastActivityOf,
  turnsOfOlderRecord,
} from '../conversations/older-record.js';

/** What stands of a delivered session, for telling repeats apart. */
export interface Standing {
  readonly status: ConversationStatus;
  readonly session: StoredSession | null;
}

/** A conversation that a delivery may be for. */
export interface Located extends MetConversation {
  readonly id: string;
  readonly accountId: string | null;
  readonly lastActivityAt: Date | null;
}

const LOCATED_MEMBERS = {
  layout: 1,
  accountId: 1,
  visitorId: 1,
  proof: 1,
  sessionId: 1,
  createdAt: 1,
  lastActivityAt: 1,
} as const;

/**
 * A name that no request can give: somebody may have opened a conversation under the session's id, and
 * would keep what was said in it from its owner.
 */
export function unclaimable(sessionId: string): string {
  return `~${sessionId}`;
}

function isUnclaimable(name: string): boolean {
  return name.startsWith('~');
}

@Injectable()
export class DeliveriesRepository {
  /** The driver's collection: thousands of turns go through, and nothing is converted on the way. */
  private readonly conversations: mongo.Collection<ConversationRecord>;

  constructor(
    @InjectModel(CONVERSATION) model: Model<ConversationRecord>,
    private readonly config: PetyaConfig,
  ) {
    this.conversations = model.collection as unknown as mongo.Collection<ConversationRecord>;
  }

  /**
   * The conversation an id means: within an account by its own id or the `externalId`; without an
   * account by its own id only. An own id that can be guessed counts as an `externalId` does.
   */
  async locate(
    conversationId: string,
    accountId: string | undefined,
    sessionId: string,
  ): Promise<Located | null> {
    const filters =
      accountId === undefined
        ? [this.own(conversationId, undefined)]
        : [
            ...conversationFilters(accountId, this.config.olderRecordsAccountId, conversationId),
            ...(isUnclaimable(conversationId) ? [{ accountId, externalId: conversationId }] : []),
          ];
    for (const filter of filters) {
      const record = await this.conversations.findOne(filter, {
        projection: { ...LOCATED_MEMBERS, sessions: { $elemMatch: { sessionId } } },
      });
      if (!record) continue;
      if (isOlderRecord(record)) await this.bringUpToDate(record._id);
      return toLocated(record, sessionId, '_id' in filter);
    }
    return null;
  }

  /** Applies a delivery in one write. False when it changed nothing; `standing` then says why. */
  async apply(known: Located, accountId: string | undefined, delivery: Delivery): Promise<boolean> {
    const result = await this.conversations.updateOne(
      {
        ...this.own(known.id, accountId),
        ...takesEffect(delivery),
        // It may have become another's since it was found.
        $or: notForeign(delivery, known),
      },
      deliveryUpdate(delivery, new Date()),
    );
    return result.matchedCount === 1;
  }

  async standing(
    conversationId: string,
    accountId: string | undefined,
    sessionId: string,
  ): Promise<Standing | null> {
    const record = await this.conversations.findOne(this.own(conversationId, accountId), {
      projection: { status: 1, sessions: { $elemMatch: { sessionId } } },
    });
    return record && { status: record.status ?? 'active', session: record.sessions?.[0] ?? null };
  }

  /**
   * Makes the conversation of a delivery whose id nobody knows yet, in one write with its effect.
   * @returns its id; `exists` when somebody was faster, `full` when the delivery is too large
   */
  async create(
    accountId: string,
    externalId: string,
    delivery: Delivery,
  ): Promise<{ id: string } | 'exists' | 'full'> {
    const now = new Date();
    const session = toSessionRecord(delivery, now);
    if (session.bytes > MAX_CONVERSATION_BYTES) return 'full';
    const _id = newId();
    try {
      await this.conversations.insertOne({
        _id,
        accountId,
        externalId,
        ...ownership(delivery),
        status: delivery.status,
        sessionId: delivery.sessionId,
        layout: TURNS_LAYOUT,
        sessions: [session],
        transcript: inOrder(delivery),
        createdAt: now,
        lastActivityAt: now,
      });
      return { id: _id };
    } catch (error) {
      if (isDuplicateKey(error, 'externalId', 'external')) return 'exists';
      throw error;
    }
  }

  /** By its own id, and within the account where the sender names one. */
  private own(conversationId: string, accountId: string | undefined) {
    const scope =
      accountId === undefined
        ? { removingAt: null }
        : accountScope(accountId, this.config.olderRecordsAccountId);
    return { _id: recordId(conversationId), ...scope };
  }

  /** Puts a transcript from before into our form. Repeating it changes nothing. */
  private async bringUpToDate(_id: RecordId): Promise<void> {
    const older = await this.conversations.findOne({ _id, layout: null });
    if (!older) return;
    await this.conversations.updateOne(
      { _id, layout: null },
      {
        $set: {
          layout: TURNS_LAYOUT,
          transcript: turnsOfOlderRecord(older),
          sessions: older.sessions ?? [],
        },
      },
    );
  }
}

function toLocated(record: ConversationRecord, sessionId: string, isOwn: boolean): Located {
  const visitorId = record.visitorId ?? null;
  const { createdAt, lastActivityAt = null } = record;
  const id = String(record._id);
  const handle = handleOf(id, lastActivityOf(record), new Date());
  return {
    id,
    accountId: record.accountId ?? null,
    visitorId,
    proof: record.proof ?? false,
    named: isOwn && handle !== 'guessed' ? 'own' : 'external',
    isUntouched:
      record.sessionId === undefined &&
      createdAt !== undefined &&
      createdAt.getTime() === lastActivityAt?.getTime(),
    // Whoever adopts a conversation takes it without the sessions it had.
    hasSession:
      (record.sessions ?? []).length > 0 || (visitorId === null && record.sessionId === sessionId),
    lastActivityAt,
  };
}

/** The conversations that `isForeign` lets a delivery into. */
function notForeign(
  { sessionId, visitorId, isProved }: Delivery,
  { named, isUntouched, lastActivityAt }: Located,
): mongo.Filter<ConversationRecord>[] {
  const isUnproved = { proof: { $ne: true } };
  const own = { visitorId, ...(isProved === false ? isUnproved : {}) };
  const isAnybodys = named === 'own' && isProved !== true;
  return [
    { 'sessions.sessionId': sessionId, ...isUnproved },
    { visitorId: null, sessionId },
    ...(named === 'own' ? [{ visitorId: null }] : []),
    // Whatever happens in a conversation moves its time.
    ...(isUntouched && visitorId === null
      ? [{ visitorId: null, sessionId: { $exists: false }, lastActivityAt }]
      : []),
    ...(visitorId === null ? [] : [own]),
    ...(isAnybodys ? [isUnproved] : []),
  ];
}

/** Whose a conversation is that a delivery makes. */
function ownership({ visitorId, isProved }: Delivery): Partial<ConversationRecord> {
  if (visitorId === null) return { unclaimed: true };
  return isProved === true ? { visitorId, proof: true } : { visitorId };
}

function inOrder({ turns }: Delivery): Delivery['turns'][number][] {
  // The sort is stable, and turns come in the order of their ids.
  return turns.toSorted((one, other) => one.timestamp.getTime() - other.timestamp.getTime());
}
