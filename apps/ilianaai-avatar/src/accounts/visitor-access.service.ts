import { Injectable } from '@nestjs/common';
import { Gate } from '#platform';
import type { Account } from './account.js';
import { isForeignAccount } from './foreign-account.js';
import { judgeAccess, type Named, needsVerdict, type Standing } from './judge-access.js';
import { PetyaAccessClient } from './petya-access.client.js';

/** Finds out whom a session request is for, as far as that is proved. */
@Injectable()
export class VisitorAccess {
  constructor(
    private readonly petya: PetyaAccessClient,
    private readonly gate: Gate,
  ) {}

  /**
   * @throws AvatarError `visitor_token_needed`, `token_invalid`, `not_found`, `petya_unavailable`
   */
  async judge(account: Account, named: Named): Promise<Standing> {
    if (!needsVerdict(account, named)) return { visitorId: null, conversation: 'none' };
    const { accountId, keyKind = 'customer' } = account;
    const { visitorId, conversationId, visitorToken } = named;
    const question = {
      accountId,
      visitorId,
      conversationId,
      ...(visitorToken === null ? {} : { visitorToken }),
      keyKind,
    };
    // A Petya that names no accounts knows nothing of proof either.
    const reply = isForeignAccount(accountId)
      ? ({ kind: 'no-route' } as const)
      : await this.gate.outside(() => this.petya.ask(question));
    return judgeAccess(account, named, reply);
  }
}
