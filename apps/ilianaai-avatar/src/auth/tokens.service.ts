import { Injectable } from '@nestjs/common';
import { createHmac } from 'node:crypto';
import { DatabaseClock } from '../clock/database-clock.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import {
  type AccountClaims,
  signAccountToken,
  verifyAccountToken,
} from '../heygen/http/account-token.js';
import { openerOf } from './opener.js';
import {
  asSigned,
  type SessionClaims,
  signSessionToken,
  verifySessionToken,
} from './session-token.js';
import { VerifiedTokens } from './verified-tokens.js';

/** Our tokens, by `SESSION_TOKEN_SECRET`: its first signs, all verify, by the database's clock. */
@Injectable()
export class Tokens {
  private readonly sessions = new VerifiedTokens<SessionClaims>();
  private readonly accounts = new VerifiedTokens<AccountClaims>();

  constructor(
    private readonly config: AvatarConfig,
    private readonly clock: DatabaseClock,
  ) {}

  async signSession(claims: SessionClaims): Promise<string> {
    const token = await signSessionToken(claims, this.secret);
    this.sessions.remember(token, asSigned(claims));
    return token;
  }

  /** @throws AvatarError `token_invalid` */
  verifySession(token: string): Promise<SessionClaims> {
    const now = this.clock.now();
    return this.sessions.claimsOf(token, now, () =>
      verifySessionToken(token, this.config.tokenSecrets, now),
    );
  }

  signAccount(claims: AccountClaims): Promise<string> {
    return signAccountToken(claims, this.secret);
  }

  /** @throws AvatarError `token_invalid` */
  verifyAccount(token: string): Promise<AccountClaims> {
    const now = this.clock.now();
    return this.accounts.claimsOf(token, now, () =>
      verifyAccountToken(token, this.config.tokenSecrets, now),
    );
  }

  /** A name for a text, the same on every replica, from which nobody finds the text. */
  nameOf(text: string): string {
    return createHmac('sha256', this.secret).update(`text ${text}`).digest('base64url');
  }

  /** As `openerOf`. */
  openerOf(accountId: string, address: string): string {
    return openerOf(accountId, address, this.secret);
  }

  private get secret(): string {
    const [secret] = this.config.tokenSecrets;
    if (secret === undefined) throw new AvatarError('internal');
    return secret;
  }
}
