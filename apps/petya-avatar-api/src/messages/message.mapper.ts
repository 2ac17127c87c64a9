import type { MessageRefDto } from '#contracts';
import type { Message } from './message.js';
import type { MessageRecord } from './message.schema.js';

export function toMessage(record: MessageRecord): Message {
  return {
    id: String(record._id),
    conversationId: record.conversationId,
    isFromUser: record.isFromUser,
    content: record.content,
    clientMessageId: record.clientMessageId ?? null,
    createdAt: record.createdAt,
  };
}

export function toMessageRefDto(message: Message): MessageRefDto {
  return {
    messageId: message.id,
    conversationId: message.conversationId,
    createdAt: message.createdAt.toISOString(),
  };
}
