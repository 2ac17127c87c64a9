import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { VisitorAccess } from '../../accounts/visitor-access.service.js';
import { type Customer, isServer } from '../../auth/caller.js';
import { Tokens } from '../../auth/tokens.service.js';
import { DatabaseClock } from '../../clock/database-clock.js';
import { AvatarConfig } from '../../config/avatar-config.js';
import { later } from '../../sessions/domain/session-timing.js';

/** A token is asked for before a session and opens its socket until the end of it. */
const TOKEN_SPARE_SECONDS = 3600;

/** Gives out tokens of the legacy contract. */
@Injectable()
export class StreamTokenService {
  constructor(
    private readonly config: AvatarConfig,
    private readonly visitors: VisitorAccess,
    private readonly tokens: Tokens,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * A token of ours that stands in for the key; the vendor is asked for its own with a session. One
   * that is asked for with a visitor's proof is that visitor's.
   * @throws AvatarError as `VisitorAccess.judge`
   */
  async create(caller: Customer): Promise<string> {
    const { account, origin, visitorToken } = caller;
    const named = { visitorId: null, conversationId: null, visitorToken };
    const { visitorId } = await this.visitors.judge(account, named);
    const seconds = TOKEN_SPARE_SECONDS + this.config.budgets.maxSessionSeconds;
    const expiresAt = later(this.clock.now(), seconds);
    const { accountId } = account;
    const tokenId = randomUUID();
    const byServer = isServer(caller);
    return this.tokens.signAccount({ tokenId, accountId, origin, visitorId, byServer, expiresAt });
  }
}
