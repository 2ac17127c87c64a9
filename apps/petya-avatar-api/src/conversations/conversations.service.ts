import { Injectable } from '@nestjs/common';
import type {
  ConversationListDto,
  ConversationRefDto,
  InitConversationDto,
  PageQueryDto,
  SetStatusDto,
} from '#contracts';
import { AccountsService } from '../accounts/accounts.service.js';
import {
  type Asker,
  mayAct,
  mayPost,
  mayRead,
  maySetStatus,
  type Ruling,
} from '../auth/access-rules.js';
import type { Caller } from '../auth/caller.js';
import { noConversation, noVisitor, PetyaError, nothingOf } from '../errors.js';
import type { Outcome } from '../http/outcome.js';
import { withoutQuery } from '../http/page-address.js';
import { recentPage, recentPageRequest } from '../paging/recent-page.js';
import { VisitorsService } from '../visitors/visitors.service.js';
import type { Conversation, ConversationRef, KnownConversation } from './conversation.js';
import { ConversationListRepository } from './conversation-list.repository.js';
import { toConversationRefDto, toListedConversation } from './conversation.mapper.js';
import type { Opener } from './conversation-opening.js';
import { ConversationsRepository } from './conversations.repository.js';
import type { TimelinePosition } from './timeline-position.js';
import type { VisitorsConversation } from './visitors-conversation.js';

@Injectable()
export class ConversationsService {
  constructor(
    private readonly conversations: ConversationsRepository,
    private readonly visitors: VisitorsService,
    private readonly accounts: AccountsService,
    private readonly conversationList: ConversationListRepository,
  ) {}

  /**
   * @throws PetyaError `not_found` for a visitor the account does not have, `visitor_token_needed`,
   * `conversation_taken` when the `externalId` is another visitor's
   */
  async init(caller: Caller, dto: InitConversationDto): Promise<Outcome<ConversationRefDto>> {
    const accountId = caller.account.id;
    const opener = await this.openerOf(caller, dto.visitorId);
    if (opener.visitorId !== null) await this.visitors.touch(accountId, opener.visitorId);
    const opened = await this.conversations.open(accountId, opener, {
      externalId: dto.externalId,
      pageUrl: dto.pageUrl === undefined ? undefined : withoutQuery(dto.pageUrl),
    });
    if (opened === 'taken') throw new PetyaError('conversation_taken');
    await this.refuseErased(accountId, opener.visitorId, opened);
    return { created: opened.created, body: toConversationRefDto(opened.body) };
  }

  /** An erasure that began meanwhile may have looked for conversations before this one was there. */
  private async refuseErased(
    accountId: string,
    visitorId: string | null,
    { created, body }: Outcome<ConversationRef>,
  ): Promise<void> {
    if (visitorId === null) return;
    const visitor = await this.visitors.find(accountId, visitorId);
    if (visitor && !visitor.isRemoving) return;
    if (created) await this.conversations.discard(accountId, body.id);
    throw noVisitor();
  }

  /** @throws PetyaError `not_found`, `visitor_token_needed` */
  async setStatus(caller: Caller, id: string, dto: SetStatusDto): Promise<ConversationRefDto> {
    const { status = 'completed' } = dto;
    const changed = await this.change(caller, id, maySetStatus, { status });
    return toConversationRefDto({ id: changed, status });
  }

  /**
   * Notes that something is written into a conversation; from then on no retention removes it.
   * @returns its own id
   * @throws PetyaError `not_found`, `visitor_token_needed`, `secret_key_needed`
   */
  async touch(caller: Caller, id: string, isFromUser: boolean): Promise<string> {
    return this.change(caller, id, (asker, asked) => mayPost(asker, asked, isFromUser), {});
  }

  /** Whether the account still has a conversation with this own id. */
  has(accountId: string, conversationId: string): Promise<boolean> {
    return this.conversations.has(accountId, conversationId);
  }

  /** Null when the account has no conversation of this id, its own or the caller's. */
  find(accountId: string, id: string): Promise<KnownConversation | null> {
    return this.conversations.find(accountId, id);
  }

  /**
   * Up to `limit` turns behind a position.
   * @throws PetyaError `not_found`, `visitor_token_needed`
   */
  async getPage(
    caller: Caller,
    id: string,
    behind: TimelinePosition | null,
    limit: number,
  ): Promise<Conversation> {
    const known = await this.admit(caller, id, mayRead);
    const page = await this.conversations.findPage(caller.account.id, known.id, behind, limit);
    if (page === null) throw noConversation();
    return page;
  }

  /** As `getPage`, for the operator, by its own id. @throws PetyaError `not_found` */
  async getPageOfAccount(
    accountId: string,
    conversationId: string,
    behind: TimelinePosition | null,
    limit: number,
    saidBy?: string,
  ): Promise<Conversation> {
    const page = await this.conversations.findPage(
      accountId,
      conversationId,
      behind,
      limit,
      saidBy,
    );
    if (page === null) throw nothingOf('conversation');
    return page;
  }

  /**
   * A page of an account's conversations, the last active first, without what was said.
   * @throws PetyaError `not_found` for an unknown account, `invalid_input` for a cursor that is none of ours
   */
  async list(accountId: string, query: PageQueryDto): Promise<ConversationListDto> {
    const request = recentPageRequest(query);
    await this.accounts.get(accountId);
    const found = await this.conversationList.list(accountId, request);
    const { items, nextCursor } = recentPage(found, request.limit);
    return { items: items.map(toListedConversation), nextCursor };
  }

  /** A visitor's conversations and those of others in which it said something, in order. */
  listOfVisitor(accountId: string, visitorId: string): Promise<VisitorsConversation[]> {
    return this.conversations.listOfVisitor(accountId, visitorId);
  }

  hasLiveSessions(accountId: string): Promise<boolean> {
    return this.conversations.hasLiveSessions(accountId);
  }

  /** Who opens a conversation: the visitor with proof, one that is named by its id, or nobody. */
  private async openerOf(caller: Caller, visitorId: string | undefined): Promise<Opener> {
    const { visitor } = caller;
    permit(mayAct(caller));
    if (visitor) {
      if (visitorId !== undefined && visitorId !== visitor.id) throw noVisitor();
      return { visitorId: visitor.id, proof: true, isOwner: caller.keyKind === 'secret' };
    }
    const isOwner = caller.keyKind === 'secret';
    if (visitorId === undefined) return { visitorId: null, proof: false, isOwner };
    const named = await this.visitors.getNamed(caller, visitorId);
    return { visitorId: named.id, proof: named.isProved, isOwner };
  }

  /** A conversation that changed hands between the look and the write is looked at again. */
  private async change(
    caller: Caller,
    id: string,
    rule: Rule,
    changes: { status?: SetStatusDto['status'] },
  ): Promise<string> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const known = await this.admit(caller, id, rule);
      if (await this.conversations.change(caller.account.id, known, changes)) return known.id;
    }
    throw noConversation();
  }

  private async admit(caller: Caller, id: string, rule: Rule): Promise<KnownConversation> {
    permit(mayAct(caller));
    const known = await this.conversations.find(caller.account.id, id);
    if (known === null) throw noConversation();
    permit(rule(caller, known));
    return known;
  }
}

type Rule = (asker: Asker, asked: KnownConversation) => Ruling;

function permit(ruling: Ruling): void {
  if (ruling === 'not_found') throw noConversation();
  if (ruling !== 'yes') throw new PetyaError(ruling);
}
