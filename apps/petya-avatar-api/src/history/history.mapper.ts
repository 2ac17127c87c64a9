import type {
  ConversationPageDto,
  ConversationSessionDto,
  ConversationTurnDto,
  MessageDto,
} from '#contracts';
import type { Conversation, DeliveredSession, Turn } from '../conversations/conversation.js';
import { UNKNOWN_TIME } from '../conversations/older-record.js';
import type { Message } from '../messages/message.js';
import type { TimelinePage } from './timeline.js';
import { toTimelineCursor } from './timeline-cursor.js';

/** Answer of `GET /conversations/userConversation/:id`. */
export function toConversationPage(
  conversation: Conversation,
  messages: readonly Message[],
  page: TimelinePage,
): ConversationPageDto {
  const byId = new Map(messages.map((message) => [message.id, message]));
  return {
    conversationId: conversation.id,
    externalId: conversation.externalId,
    visitorId: conversation.visitorId,
    pageUrl: conversation.pageUrl,
    status: conversation.status,
    createdAt: conversation.createdAt?.toISOString() ?? null,
    sessions: conversation.sessions.map(toSessionDto),
    messages: page.messageIds.flatMap((id) => {
      const message = byId.get(id);
      return message ? [toMessageDto(message)] : [];
    }),
    transcript: page.turns.map(toTurnDto),
    nextCursor: page.next && toTimelineCursor(page.next),
  };
}

function toSessionDto(session: DeliveredSession): ConversationSessionDto {
  return { ...session };
}

function toMessageDto(message: Message): MessageDto {
  return {
    messageId: message.id,
    isFromUser: message.isFromUser,
    content: message.content,
    clientMessageId: message.clientMessageId,
    createdAt: message.createdAt.toISOString(),
  };
}

function toTurnDto(turn: Turn): ConversationTurnDto {
  const isKnown = turn.at.getTime() !== UNKNOWN_TIME.getTime();
  return {
    turnId: turn.id,
    sessionId: turn.sessionId,
    role: turn.role,
    transcript: turn.text,
    timestamp: isKnown ? turn.at.toISOString() : null,
  };
}
