import { Injectable } from '@nestjs/common';
import type { ConversationPageDto, PageQueryDto, VisitorExportDto } from '#contracts';
import { decodeCursor, encodeCursor, pageLimit } from '#platform';
import { ConversationsService } from '../conversations/conversations.service.js';
import type { TimelinePosition } from '../conversations/timeline-position.js';
import { MessagesService } from '../messages/messages.service.js';
import { type VisitorProfile, VisitorRemovalService } from '../visitors/visitor-removal.service.js';
import { toConversationPage } from './history.mapper.js';
import { cutPage } from './timeline.js';
import { fromTimelineCursor, toTimelineCursor } from './timeline-cursor.js';

/** Where an export goes on: behind a conversation, or inside of it. */
interface ExportPosition {
  readonly conversationId: string;
  readonly inside: TimelinePosition | null;
}

/** Conversations looked at for one page, so that many empty ones make no endless answer. */
const MAX_CONVERSATIONS = 100;

/** Hands out everything that is known of a visitor, page by page. */
@Injectable()
export class VisitorExportService {
  constructor(
    private readonly visitors: VisitorRemovalService,
    private readonly conversations: ConversationsService,
    private readonly messages: MessagesService,
  ) {}

  /** @throws PetyaError `not_found`, `invalid_input` for a cursor that is none of ours */
  async page(accountId: string, visitorId: string, query: PageQueryDto): Promise<VisitorExportDto> {
    const profile = await this.visitors.profile(accountId, visitorId);
    const limit = pageLimit(query);
    const pages: ConversationPageDto[] = [];
    let position = positionOf(query.cursor);
    let left = limit;
    while (left > 0 && pages.length < MAX_CONVERSATIONS) {
      const id = await this.nextId(accountId, visitorId, position);
      if (id === null) return answer(visitorId, profile, pages, null);
      const { page, next } = await this.read(accountId, id, position?.inside ?? null, left);
      pages.push(page);
      left -= page.messages.length + page.transcript.length;
      position = { conversationId: id, inside: next };
    }
    return answer(visitorId, profile, pages, position);
  }

  /** The conversation that a position is inside of, or the first one behind it. */
  private async nextId(
    accountId: string,
    visitorId: string,
    position: ExportPosition | null,
  ): Promise<string | null> {
    if (position?.inside) return position.conversationId;
    const after = position?.conversationId ?? null;
    return this.conversations.nextOfVisitor(accountId, visitorId, after);
  }

  private async read(
    accountId: string,
    id: string,
    behind: TimelinePosition | null,
    limit: number,
  ): Promise<{ page: ConversationPageDto; next: TimelinePosition | null }> {
    const conversation = await this.conversations.getPageOfAccount(
      accountId,
      id,
      behind,
      limit + 1,
    );
    const keys = await this.messages.listKeys(accountId, id, behind, limit + 1);
    const cut = cutPage(keys, conversation.turns, behind, limit);
    const messages = await this.messages.listByIds(accountId, id, cut.messageIds);
    return { page: toConversationPage(conversation, messages, cut), next: cut.next };
  }
}

function answer(
  visitorId: string,
  { name, email, pageUrl, userAgent, locale, userId, createdAt, lastSeenAt }: VisitorProfile,
  conversations: ConversationPageDto[],
  position: ExportPosition | null,
): VisitorExportDto {
  return {
    visitorId,
    name: name ?? null,
    email: email ?? null,
    pageUrl: pageUrl ?? null,
    userAgent: userAgent ?? null,
    locale: locale ?? null,
    userId: userId ?? null,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    conversations,
    nextCursor: position && encodeCursor([position.conversationId, insideOf(position)]),
  };
}

function insideOf({ inside }: ExportPosition): string {
  return inside ? toTimelineCursor(inside) : '';
}

/** @throws PetyaError `invalid_input` */
function positionOf(cursor: string | undefined): ExportPosition | null {
  const values = decodeCursor(cursor, isExportPosition);
  if (!values) return null;
  const [conversationId, inside] = values;
  return { conversationId, inside: inside === '' ? null : fromTimelineCursor(inside) };
}

function isExportPosition(position: unknown): position is [string, string] {
  return (
    Array.isArray(position) &&
    position.length === 2 &&
    position.every((member) => typeof member === 'string')
  );
}
