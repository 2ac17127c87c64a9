import { Injectable } from '@nestjs/common';
import type { MessageRefDto, PostMessageDto } from '#contracts';
import { toWellFormed } from '#platform';
import type { Caller } from '../auth/caller.js';
import { ConversationsService } from '../conversations/conversations.service.js';
import type { TimelinePosition } from '../conversations/timeline-position.js';
import { noConversation } from '../errors.js';
import type { Outcome } from '../http/outcome.js';
import type { Message, MessageKey } from './message.js';
import { toMessageRefDto } from './message.mapper.js';
import { MessagesRepository } from './messages.repository.js';

@Injectable()
export class MessagesService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly conversations: ConversationsService,
  ) {}

  /**
   * @throws PetyaError `not_found` for a conversation the account does not have,
   * `visitor_token_needed`, `secret_key_needed`
   */
  async post(caller: Caller, dto: PostMessageDto): Promise<Outcome<MessageRefDto>> {
    const accountId = caller.account.id;
    const { isFromUser } = dto;
    const conversationId = await this.conversations.touch(caller, dto.conversationId, isFromUser);
    const { created, body } = await this.messages.add(accountId, conversationId, {
      isFromUser,
      content: toWellFormed(dto.content),
      clientMessageId: dto.clientMessageId,
    });
    // An erasure that began meanwhile may have looked for messages before this one was there.
    if (!(await this.conversations.has(accountId, conversationId))) {
      await this.messages.remove(accountId, conversationId, body.id);
      throw noConversation();
    }
    return { created, body: toMessageRefDto(body) };
  }

  listKeys(
    accountId: string,
    conversationId: string,
    behind: TimelinePosition | null,
    limit: number,
  ): Promise<MessageKey[]> {
    return this.messages.listKeys(accountId, conversationId, behind, limit);
  }

  listByIds(accountId: string, conversationId: string, ids: string[]): Promise<Message[]> {
    return this.messages.listByIds(accountId, conversationId, ids);
  }

  removeOfConversations(accountId: string, conversationIds: string[]): Promise<number> {
    return this.messages.removeOfConversations(accountId, conversationIds);
  }

  removeOfAccount(accountId: string): Promise<number> {
    return this.messages.removeOfAccount(accountId);
  }
}
