import type { ConversationRefDto, ListedConversationDto } from '#contracts';
import { createdAtOf, timeOf } from '../persistence/record-id.js';
import type { ListedConversation } from './conversation-list.repository.js';
import type { Conversation, ConversationRef, DeliveredSession, Turn } from './conversation.js';
import type { ConversationRecord, SessionRecord, TurnRecord } from './conversation.schema.js';
import { isOlderRecord, turnsOfOlderRecord } from './older-record.js';

/** A conversation with the turns its record was read with. */
export function toConversation(record: ConversationRecord): Conversation {
  const turns = isOlderRecord(record) ? turnsOfOlderRecord(record) : (record.transcript ?? []);
  return {
    id: String(record._id),
    externalId: record.externalId ?? null,
    visitorId: record.visitorId ?? null,
    pageUrl: record.pageUrl ?? null,
    status: record.status ?? 'active',
    createdAt: record.createdAt ?? createdAtOf(record._id),
    sessions: (record.sessions ?? []).map(toSession),
    turns: turns.map(toTurn),
  };
}

export function toConversationRef(
  record: Pick<ConversationRecord, '_id' | 'status'>,
): ConversationRef {
  return { id: String(record._id), status: record.status ?? 'active' };
}

export function toConversationRefDto(conversation: ConversationRef): ConversationRefDto {
  return { conversationId: conversation.id, status: conversation.status };
}

function toSession(record: SessionRecord): DeliveredSession {
  return {
    sessionId: record.sessionId,
    status: record.status,
    version: record.version,
    endReason: record.endReason ?? null,
    durationSeconds: record.durationSeconds ?? null,
    truncated: record.truncated ?? false,
    complete: record.complete ?? true,
  };
}

function toTurn(record: TurnRecord): Turn {
  return {
    id: record.id,
    sessionId: record.sessionId,
    role: record.role,
    text: record.transcript,
    at: record.timestamp,
  };
}

export function toListedConversation({ record }: ListedConversation): ListedConversationDto {
  const { _id, externalId, visitorId, pageUrl, status, createdAt, lastActivityAt } = record;
  const openedAt = createdAt ?? createdAtOf(_id);
  return {
    conversationId: String(_id),
    externalId: externalId ?? null,
    visitorId: visitorId ?? null,
    pageUrl: pageUrl ?? null,
    status: status ?? 'active',
    createdAt: timeOf(openedAt),
    lastActivityAt: timeOf(lastActivityAt),
  };
}
