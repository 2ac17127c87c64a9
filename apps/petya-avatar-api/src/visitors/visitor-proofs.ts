import { VISITOR_TOKEN_INVALID } from '#contracts';
import { Injectable } from '@nestjs/common';
import { VisitorTokens } from '../auth/visitor-tokens.js';
import { PetyaError, visitorGone } from '../errors.js';
import { VisitorsRepository } from './visitors.repository.js';

/** What a visitor token that was accepted says, and its successor where one is due. */
export interface AcceptedProof {
  readonly visitorId: string;
  readonly renewed: string | null;
}

/** Holds visitor tokens against the visitors there are. */
@Injectable()
export class VisitorProofs {
  constructor(
    private readonly tokens: VisitorTokens,
    private readonly visitors: VisitorsRepository,
  ) {}

  /**
   * Takes a visitor's proof; from its first use on the visitor's id alone is good for nothing.
   * @throws PetyaError `token_invalid`, `not_found` when the visitor is there no longer
   */
  async accept(accountId: string, token: string): Promise<AcceptedProof> {
    const judged = await this.judge(accountId, token);
    if (judged === 'not_found') throw visitorGone();
    if (judged === 'token_invalid') {
      throw new PetyaError(judged, { params: { reason: VISITOR_TOKEN_INVALID } });
    }
    return judged;
  }

  /** As `accept`, for a caller to whom a refusal is an answer. */
  async judge(
    accountId: string,
    token: string,
  ): Promise<AcceptedProof | 'token_invalid' | 'not_found'> {
    const verified = await this.tokens.verify(token);
    if (verified?.accountId !== accountId) return 'token_invalid';
    const { visitorId } = verified;
    const visitor = await this.visitors.find(accountId, visitorId);
    if (!visitor || visitor.isRemoving) return 'not_found';
    if (!visitor.isProved) await this.visitors.markProved(accountId, visitorId);
    return { visitorId, renewed: await this.tokens.renew(verified) };
  }
}
