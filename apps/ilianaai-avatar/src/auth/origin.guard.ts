import { Injectable } from '@nestjs/common';
import { admitOrigin, originRefusal, parseOrigin } from '#platform';
import { isForeignAccount } from '../accounts/foreign-account.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { AvatarConfig } from '../config/avatar-config.js';
import type { SessionClaims } from './session-token.js';

/** Holds a browser's request to the account's list of origins, and a token to its own. */
@Injectable()
export class OriginGuard {
  constructor(
    private readonly config: AvatarConfig,
    private readonly accounts: AccountsService,
  ) {}

  /** @throws AppError `origin_not_allowed` */
  admit(
    header: string | undefined,
    { allowedOrigins }: { readonly allowedOrigins: readonly string[] },
  ): string | null {
    return admitOrigin(header, { allowedOrigins, isProduction: this.config.isProduction });
  }

  /** A token works from the origin that asked for it, as long as the account still lists it. */
  async admitToken(
    header: string | undefined,
    claims: Pick<SessionClaims, 'accountId' | 'origin'>,
  ): Promise<string | null> {
    if (header === undefined) return null;
    const origin = parseOrigin(header);
    if (claims.origin !== null && origin !== claims.origin) throw originRefusal(header);
    const { accountDefaults } = this.config;
    const account =
      accountDefaults && isForeignAccount(claims.accountId)
        ? accountDefaults
        : await this.accounts.findById(claims.accountId);
    if (account !== null) return this.admit(header, account);
    // Petya cannot say whose origins these are: only the origin in the token still counts.
    if (claims.origin === null) throw originRefusal(header);
    return origin;
  }
}
