import { Injectable } from '@nestjs/common';
import type { ConversationPageDto, PageQueryDto } from '#contracts';
import type { Caller } from '../auth/caller.js';
import { ConversationsService } from '../conversations/conversations.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { pageLimit } from '#platform';
import { toConversationPage } from './history.mapper.js';
import { cutPage } from './timeline.js';
import { fromTimelineCursor } from './timeline-cursor.js';

/** Reads a conversation back: what was written and what was said, in one order. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly messages: MessagesService,
  ) {}

  /**
   * @throws PetyaError `not_found`, `visitor_token_needed`, `invalid_input` for a cursor that is
   * none of ours
   */
  async read(caller: Caller, id: string, query: PageQueryDto): Promise<ConversationPageDto> {
    const accountId = caller.account.id;
    const limit = pageLimit(query);
    const behind = fromTimelineCursor(query.cursor);
    const conversation = await this.conversations.getPage(caller, id, behind, limit + 1);
    const keys = await this.messages.listKeys(accountId, conversation.id, behind, limit + 1);
    const page = cutPage(keys, conversation.turns, behind, limit);
    const messages = await this.messages.listByIds(accountId, conversation.id, page.messageIds);
    return toConversationPage(conversation, messages, page);
  }
}
