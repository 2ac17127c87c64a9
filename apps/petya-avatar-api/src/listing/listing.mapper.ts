import type { ListedConversationDto } from '#contracts';
import { createdAtOf, timeOf } from '../persistence/record-id.js';
import type { ListedConversation } from './conversation-list.repository.js';

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
