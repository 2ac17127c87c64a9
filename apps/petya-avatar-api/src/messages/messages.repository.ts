import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { findOrInsert, isDuplicateKey, newId } from '#platform';
import { Model } from 'mongoose';
import type { TimelinePosition } from '../conversations/timeline-position.js';
import type { Outcome } from '../http/outcome.js';
import { recordId } from '../persistence/record-id.js';
import type { Message, MessageKey } from './message.js';
import { toMessage } from './message.mapper.js';
import { messagePlace, placesBehind, toMessageKey } from './message-place.js';
import { MESSAGE, type MessageRecord } from './message.schema.js';

/** A message as it was sent. */
export type NewMessage = Pick<MessageRecord, 'isFromUser' | 'content' | 'clientMessageId'>;

@Injectable()
export class MessagesRepository {
  constructor(@InjectModel(MESSAGE) private readonly messages: Model<MessageRecord>) {}

  /** Stores a message; with a `clientMessageId` that is there already, gives that one. */
  async add(
    accountId: string,
    conversationId: string,
    message: NewMessage,
  ): Promise<Outcome<Message>> {
    const key = { id: newId(), createdAt: new Date() };
    const { clientMessageId } = message;
    const record: MessageRecord = {
      _id: key.id,
      accountId,
      conversationId,
      ...message,
      ...(clientMessageId === undefined
        ? {}
        : { clientKey: clientKey(conversationId, clientMessageId) }),
      place: messagePlace(key),
      createdAt: key.createdAt,
    };
    const insert = () => this.insert(record);
    return (await insert()) ?? findOrInsert(() => this.findStanding(record), insert);
  }

  /** Null where its `clientMessageId` is there already. */
  private async insert(record: MessageRecord): Promise<Outcome<Message> | null> {
    try {
      await this.messages.create(record);
      return { created: true, body: toMessage(record) };
    } catch (error) {
      const isKnown = isDuplicateKey(error, 'clientKey', 'clientInConversation');
      if (record.clientKey === undefined || !isKnown) throw error;
      return null;
    }
  }

  private async findStanding(record: MessageRecord): Promise<Outcome<Message> | null> {
    const { clientKey, accountId, conversationId } = record;
    const standing = await this.messages.findOne({ clientKey, accountId, conversationId }).lean();
    return standing && { created: false, body: toMessage(standing) };
  }

  /** Up to `limit` keys behind a position, in order, answered by the index alone. */
  async listKeys(
    accountId: string,
    conversationId: string,
    behind: TimelinePosition | null,
    limit: number,
  ): Promise<MessageKey[]> {
    const records = await this.messages
      .find({ accountId, conversationId, ...(behind ? { place: placesBehind(behind) } : {}) })
      .select({ place: 1, _id: 0 })
      .sort({ place: 1 })
      .limit(limit)
      .lean();
    return records.map((record) => toMessageKey(record.place));
  }

  /** The messages with these ids, in no order. */
  async listByIds(accountId: string, conversationId: string, ids: string[]): Promise<Message[]> {
    if (ids.length === 0) return [];
    const wanted = ids.map(recordId);
    const records = await this.messages
      .find({ _id: { $in: wanted }, accountId, conversationId })
      .lean();
    return records.map(toMessage);
  }

  async remove(accountId: string, conversationId: string, messageId: string): Promise<void> {
    await this.messages.deleteOne({ _id: recordId(messageId), accountId, conversationId });
  }

  async removeOfConversations(accountId: string, conversationIds: string[]): Promise<number> {
    if (conversationIds.length === 0) return 0;
    const result = await this.messages.deleteMany({
      accountId,
      conversationId: { $in: conversationIds },
    });
    return result.deletedCount;
  }

  async removeOfAccount(accountId: string): Promise<number> {
    return (await this.messages.deleteMany({ accountId })).deletedCount;
  }
}

/** What a client's own id of a message is unique by in its account. */
function clientKey(conversationId: string, clientMessageId: string): string {
  return `${conversationId}/${clientMessageId}`;
}
