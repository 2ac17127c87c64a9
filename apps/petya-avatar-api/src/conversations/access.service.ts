import { Injectable } from '@nestjs/common';
import type { AccessRequestDto, AccessVerdictDto } from '#contracts';
import { isGuessable } from '../persistence/record-id.js';
import { VisitorProofs } from '../visitors/visitor-proofs.js';
import { VisitorsService } from '../visitors/visitors.service.js';
import { judgeAccess, type NamedForSession, refused } from './access-verdict.js';
import { ConversationsRepository } from './conversations.repository.js';
import { ErasedConversationsRepository } from '../erasure/erased-conversations.repository.js';

/** Says to ilianaai-avatar whom a session request is for, and whether it may begin. */
@Injectable()
export class AccessService {
  constructor(
    private readonly conversations: ConversationsRepository,
    private readonly erased: ErasedConversationsRepository,
    private readonly visitors: VisitorsService,
    private readonly proofs: VisitorProofs,
  ) {}

  async judge(request: AccessRequestDto): Promise<AccessVerdictDto> {
    const { accountId, visitorToken, keyKind = 'customer' } = request;
    const proof =
      visitorToken === undefined ? null : await this.proofs.judge(accountId, visitorToken);
    if (typeof proof === 'string') {
      return refused(proof, proof === 'not_found' ? 'visitor' : undefined);
    }
    const proved = proof?.visitorId ?? null;
    const named = await this.visitorOf(accountId, request.visitorId ?? null);
    const visitor = keyKind === 'secret' ? named : asGuessed(named, proved);
    const conversation = await this.conversationOf(accountId, request.conversationId ?? null);
    if (visitor === 'erased') return refused('not_found', 'visitor');
    if (conversation === 'erased') return refused('not_found', 'conversation');
    return judgeAccess({ keyKind, proved, visitor, conversation });
  }

  private async visitorOf(
    accountId: string,
    visitorId: string | null,
  ): Promise<NamedForSession['visitor'] | 'erased'> {
    if (visitorId === null) return 'none';
    const visitor = await this.visitors.find(accountId, visitorId);
    if (visitor) return visitor.isRemoving ? 'erased' : visitor;
    const erased = [{ kind: 'visitor', id: visitorId }] as const;
    return (await this.erased.hasAny(accountId, erased)) ? 'erased' : 'unknown';
  }

  private async conversationOf(
    accountId: string,
    id: string | null,
  ): Promise<NamedForSession['conversation'] | 'erased'> {
    if (id === null) return 'none';
    const conversation = await this.conversations.find(accountId, id);
    // An id that can be guessed names a conversation no better than an externalId does.
    if (conversation)
      return { ...conversation, named: isGuessable(id) ? 'external' : conversation.named };
    return (await this.erased.has(accountId, id)) ? 'erased' : 'unknown';
  }
}

/** Whoever names a visitor by an id that can be guessed learns nothing of whether there is one. */
function asGuessed<T extends NamedForSession['visitor'] | 'erased'>(
  visitor: T,
  proved: string | null,
): T | 'unknown' {
  if (typeof visitor === 'string' || visitor.id === proved) return visitor;
  return isGuessable(visitor.id) ? 'unknown' : visitor;
}
