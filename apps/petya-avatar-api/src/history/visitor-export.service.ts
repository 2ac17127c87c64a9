import { Injectable } from '@nestjs/common';
import type {
  ConversationPageDto,
  ListedVisitorDto,
  PageQueryDto,
  VisitorExportDto,
} from '#contracts';
import { decodeCursor, encodeCursor, pageLimit } from '#platform';
import { ConversationsService } from '../conversations/conversations.service.js';
import type { TimelinePosition } from '../conversations/timeline-position.js';
import {
  compareVisitorsConversations,
  type VisitorsConversation,
  type VisitorsPlace,
} from '../conversations/visitors-conversation.js';
import { MessagesService } from '../messages/messages.service.js';
import { VisitorsService } from '../visitors/visitors.service.js';
import { toConversationPage } from './history.mapper.js';
import { cutPage } from './timeline.js';
import { fromTimelineCursor, toTimelineCursor } from './timeline-cursor.js';

/** Where an export goes on: behind a conversation, or inside of it. */
interface ExportPosition extends VisitorsPlace {
  readonly inside: TimelinePosition | null;
}

/** Conversations looked at for one page, so that many empty ones make no endless answer. */
const MAX_CONVERSATIONS = 100;

/** Hands out everything that is known of a visitor, page by page. */
@Injectable()
export class VisitorExportService {
  constructor(
    private readonly visitors: VisitorsService,
    private readonly conversations: ConversationsService,
    private readonly messages: MessagesService,
  ) {}

  /** @throws PetyaError `not_found`, `invalid_input` for a cursor that is none of ours */
  async page(accountId: string, visitorId: string, query: PageQueryDto): Promise<VisitorExportDto> {
    const visitor = await this.visitors.describe(accountId, visitorId);
    const limit = pageLimit(query);
    const pages: ConversationPageDto[] = [];
    let position = positionOf(query.cursor);
    let left = limit;
    const places = await this.conversations.listOfVisitor(accountId, visitorId);
    while (left > 0 && pages.length < MAX_CONVERSATIONS) {
      const place = nextPlace(places, position);
      if (!place) return answer(visitor, pages, null);
      const behind = position?.id === place.id ? position.inside : null;
      const saidBy = place.isOwn ? undefined : visitorId;
      const { page, next } = await this.read(accountId, place.id, { behind, limit: left, saidBy });
      pages.push(page);
      left -= page.messages.length + page.transcript.length;
      position = { ...place, inside: next };
    }
    return answer(visitor, pages, position);
  }

  /** Messages are the owner's: of somebody else's conversation there are turns only. */
  private async read(
    accountId: string,
    id: string,
    { behind, limit, saidBy }: Part,
  ): Promise<{ page: ConversationPageDto; next: TimelinePosition | null }> {
    const conversation = await this.conversations.getPageOfAccount(
      accountId,
      id,
      behind,
      limit + 1,
      saidBy,
    );
    const keys =
      saidBy === undefined ? await this.messages.listKeys(accountId, id, behind, limit + 1) : [];
    const cut = cutPage(keys, conversation.turns, behind, limit);
    const messages = await this.messages.listByIds(accountId, id, cut.messageIds);
    return { page: toConversationPage(conversation, messages, cut), next: cut.next };
  }
}

/** What is read of one conversation. */
interface Part {
  readonly behind: TimelinePosition | null;
  readonly limit: number;
  readonly saidBy: string | undefined;
}

/** The conversation that a position is inside of, or the first one behind it. */
function nextPlace(
  places: readonly VisitorsConversation[],
  position: ExportPosition | null,
): VisitorsConversation | undefined {
  if (position === null) return places[0];
  return places.find((place) => {
    const order = compareVisitorsConversations(place, position);
    return order > 0 || (order === 0 && position.inside !== null);
  });
}

function answer(
  visitor: ListedVisitorDto,
  conversations: ConversationPageDto[],
  position: ExportPosition | null,
): VisitorExportDto {
  return {
    ...visitor,
    conversations,
    nextCursor: position && encodeCursor([position.openedMs, position.id, insideOf(position)]),
  };
}

function insideOf({ inside }: ExportPosition): string {
  return inside ? toTimelineCursor(inside) : '';
}

/** @throws PetyaError `invalid_input` */
function positionOf(cursor: string | undefined): ExportPosition | null {
  const values = decodeCursor(cursor, isExportPosition);
  if (!values) return null;
  const [openedMs, id, inside] = values;
  return { openedMs, id, inside: inside === '' ? null : fromTimelineCursor(inside) };
}

function isExportPosition(position: unknown): position is [number, string, string] {
  if (!Array.isArray(position) || position.length !== 3) return false;
  const [openedMs, ...names] = position as unknown[];
  return typeof openedMs === 'number' && names.every((name) => typeof name === 'string');
}
