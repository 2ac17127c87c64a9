import { Injectable } from '@nestjs/common';
import type { ConversationRefDto, InitConversationDto, SetStatusDto } from '#contracts';
import { PetyaError } from '../errors.js';
import type { Outcome } from '../http/outcome.js';
import { VisitorsService } from '../visitors/visitors.service.js';
import type { Conversation } from './conversation.js';
import { toConversationRefDto } from './conversation.mapper.js';
import { ConversationsRepository } from './conversations.repository.js';
import type { TimelinePosition } from './timeline-position.js';

@Injectable()
export class ConversationsService {
  constructor(
    private readonly conversations: ConversationsRepository,
    private readonly visitors: VisitorsService,
  ) {}

  /** @throws PetyaError `not_found` for a visitor the account does not have */
  async init(accountId: string, dto: InitConversationDto): Promise<Outcome<ConversationRefDto>> {
    if (dto.visitorId !== undefined) await this.visitors.touch(accountId, dto.visitorId);
    const { created, body } = await this.conversations.open(accountId, {
      externalId: dto.externalId,
      visitorId: dto.visitorId,
      pageUrl: dto.pageUrl,
    });
    return { created, body: toConversationRefDto(body) };
  }

  /** @throws PetyaError `not_found` */
  async setStatus(accountId: string, id: string, dto: SetStatusDto): Promise<ConversationRefDto> {
    return toConversationRefDto(
      found(await this.conversations.setStatus(accountId, id, dto.status)),
    );
  }

  /** Notes activity and gives the conversation's own id. @throws PetyaError `not_found` */
  async touch(accountId: string, id: string): Promise<string> {
    return found(await this.conversations.touch(accountId, id));
  }

  /** Whether the account still has a conversation with this own id. */
  has(accountId: string, conversationId: string): Promise<boolean> {
    return this.conversations.has(accountId, conversationId);
  }

  /** Up to `limit` turns behind a position. @throws PetyaError `not_found` */
  async getPage(
    accountId: string,
    id: string,
    behind: TimelinePosition | null,
    limit: number,
  ): Promise<Conversation> {
    return found(await this.conversations.findPage(accountId, id, behind, limit));
  }

  hasLiveSessions(accountId: string): Promise<boolean> {
    return this.conversations.hasLiveSessions(accountId);
  }
}

function found<T>(conversation: T | null): T {
  if (conversation === null) throw new PetyaError('not_found');
  return conversation;
}
