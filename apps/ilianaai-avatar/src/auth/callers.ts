import { Injectable } from '@nestjs/common';
import { apiKeyKind } from '#contracts';
import { addressOf, AppError, Rates } from '#platform';
import type { Request } from 'express';
import type { Account } from '../accounts/account.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { AvatarError } from '../errors.js';
import {
  type Caller,
  type CredentialKind,
  type Customer,
  isServer,
  takesTokens,
} from './caller.js';
import type { OfferedCredentials } from './credentials.js';
import { OriginGuard } from './origin.guard.js';
import type { SessionClaims } from './session-token.js';
import { Tokens } from './tokens.service.js';
import { visitorTokenOf } from './visitor-token.js';

/** Finds out who calls, from the credentials that a request offers. */
@Injectable()
export class Callers {
  constructor(
    private readonly accounts: AccountsService,
    private readonly origins: OriginGuard,
    private readonly tokens: Tokens,
    private readonly rates: Rates,
  ) {}

  /**
   * @param kind of credential that the route takes
   * @throws AvatarError `key_missing`, `key_invalid`, `key_ambiguous`, `key_not_for_browsers`,
   * `token_invalid`, `account_suspended`, `origin_not_allowed`, `rate_limited`
   */
  of(kind: CredentialKind, offered: OfferedCredentials, request: Request): Promise<Caller> {
    if (offered.token === null || !takesTokens(kind)) return this.customerCaller(offered, request);
    if (kind === 'heygen') return this.accountTokenCaller(offered, offered.token, request);
    return this.sessionCaller(offered, offered.token, request);
  }

  private async customerCaller(offered: OfferedCredentials, request: Request): Promise<Caller> {
    const [key, ...others] = offered.keys;
    if (key === undefined) throw new AvatarError('key_missing');
    const account = await (others.length === 0
      ? this.accountOf(key, request)
      : this.accountOfKeys(key, others, request));
    const origin = this.origins.admit(request.headers.origin, account);
    const address = addressOf(request);
    const earlier = await this.earlierSession(offered.token, account, origin);
    const visitorToken = visitorTokenOf(request.headers);
    return this.customer({ account, origin, visitorToken, earlier }, address);
  }

  /** The one account of several keys. Where nobody has one of them, none says which was meant. */
  private async accountOfKeys(key: string, others: readonly string[], request: Request) {
    try {
      const account = await this.accountOf(key, request);
      for (const other of others) await this.refuseOtherAccount(other, account.accountId, request);
      return account;
    } catch (error) {
      const isUnknown = error instanceof AppError && error.code === 'key_invalid';
      throw isUnknown ? new AvatarError('key_ambiguous', { cause: error }) : error;
    }
  }

  /** A token that is not good any more, or not here, says nothing; the key alone will do. */
  private async earlierSession(
    token: string | null,
    { accountId }: Account,
    origin: string | null,
  ): Promise<SessionClaims | null> {
    if (token === null) return null;
    const claims = await this.tokens.verifySession(token).catch(() => null);
    return claims?.accountId === accountId && claims.origin === origin ? claims : null;
  }

  /** The digest of the address is made when it is asked for: only what opens a session wants it. */
  private customer(from: Omit<Customer, 'kind' | 'opener'>, address: string): Customer {
    const { tokens } = this;
    return {
      ...from,
      kind: 'customer',
      get opener() {
        return isServer(this) ? null : tokens.openerOf(this.account.accountId, address);
      },
    };
  }

  private async sessionCaller(
    offered: OfferedCredentials,
    token: string,
    request: Request,
  ): Promise<Caller> {
    const claims = await this.tokens.verifySession(token);
    const origin = await this.originOf(claims, offered, request);
    return { kind: 'session', claims, origin };
  }

  /** Stands in for the key it was asked for with. */
  private async accountTokenCaller(
    offered: OfferedCredentials,
    token: string,
    request: Request,
  ): Promise<Caller> {
    const claims = await this.tokens.verifyAccount(token);
    const origin = await this.originOf(claims, offered, request);
    const account = await this.accounts.getById(claims.accountId);
    const address = addressOf(request);
    const visitorToken = visitorTokenOf(request.headers);
    const { tokenId: id, visitorId, byServer } = claims;
    const from = { account, origin, visitorToken, earlier: null };
    return this.customer({ ...from, token: { id, visitorId, byServer } }, address);
  }

  /** The token decides; a key that comes along must be of the same account. */
  private async originOf(
    claims: Pick<SessionClaims, 'accountId' | 'origin'>,
    offered: OfferedCredentials,
    request: Request,
  ): Promise<string | null> {
    for (const key of offered.keys) await this.refuseOtherAccount(key, claims.accountId, request);
    return this.origins.admitToken(request.headers.origin, claims);
  }

  private async refuseOtherAccount(key: string, accountId: string, request: Request) {
    const account = await this.accountOf(key, request);
    if (account.accountId !== accountId) throw new AvatarError('key_ambiguous');
  }

  /** The one place that looks a key up, and hence where wrong ones are counted. */
  private async accountOf(key: string, request: Request): Promise<Account> {
    const isInBrowser = request.headers.origin !== undefined;
    // By its form alone, so that nothing is said of a key that has no place in a page.
    if (isInBrowser && apiKeyKind(key) === 'secret') throw new AvatarError('key_not_for_browsers');
    const account = await this.rates.admitKey(request, key, () => this.accounts.byKey(key));
    if (isInBrowser && isServer({ account })) throw new AvatarError('key_not_for_browsers');
    return account;
  }
}
