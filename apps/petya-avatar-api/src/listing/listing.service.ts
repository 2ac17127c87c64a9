import { Injectable } from '@nestjs/common';
import type { ConversationListDto, PageQueryDto, VisitorListDto } from '#contracts';
import { AccountsService } from '../accounts/accounts.service.js';
import { toListedVisitor } from '../visitors/visitor.mapper.js';
import { recentPage, recentPageRequest } from '../paging/recent-page.js';
import { ConversationListRepository } from './conversation-list.repository.js';
import { toListedConversation } from './listing.mapper.js';
import { VisitorListRepository } from './visitor-list.repository.js';

/** What an account has, without a word of what was written and said. */
@Injectable()
export class ListingService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly visitorList: VisitorListRepository,
    private readonly conversationList: ConversationListRepository,
  ) {}

  /** @throws PetyaError `not_found` for an unknown account, `invalid_input` for a cursor that is none of ours */
  async visitors(accountId: string, query: PageQueryDto): Promise<VisitorListDto> {
    const request = recentPageRequest(query);
    await this.accounts.get(accountId);
    const { items, nextCursor } = recentPage(
      await this.visitorList.list(accountId, request),
      request.limit,
    );
    return {
      items: items.map(({ record }) => toListedVisitor(String(record._id), record)),
      nextCursor,
    };
  }

  /** @throws PetyaError `not_found` for an unknown account, `invalid_input` for a cursor that is none of ours */
  async conversations(accountId: string, query: PageQueryDto): Promise<ConversationListDto> {
    const request = recentPageRequest(query);
    await this.accounts.get(accountId);
    const { items, nextCursor } = recentPage(
      await this.conversationList.list(accountId, request),
      request.limit,
    );
    return { items: items.map(toListedConversation), nextCursor };
  }
}
