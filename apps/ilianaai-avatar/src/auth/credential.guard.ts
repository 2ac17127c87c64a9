import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { apiKeyKind } from '#contracts';
import {
  AppError,
  CREDENTIAL,
  judgeByHeaders,
  rateAddress,
  Rates,
  requestContext,
  requireBearer,
} from '#platform';
import type { Request, Response } from 'express';
import type { Account } from '../accounts/account.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { verifyAccountToken } from '../heygen/http/account-token.js';
import { type Caller, type CredentialKind, isServer, rememberCaller } from './caller.js';
import { type OfferedCredentials, readCredentials } from './credentials.js';
import { openerOf } from './opener.js';
import { OriginGuard } from './origin.guard.js';
import { type SessionClaims, verifySessionToken } from './session-token.js';
import { visitorTokenOf } from './visitor-token.js';

/** Lets a request in by the credential its route declares. A route that declares none is closed. */
@Injectable()
export class CredentialGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly config: AvatarConfig,
    private readonly accounts: AccountsService,
    private readonly origins: OriginGuard,
    private readonly clock: DatabaseClock,
    private readonly rates: Rates,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const kind = this.reflector.getAllAndOverride<CredentialKind | undefined>(CREDENTIAL, targets);
    if (kind === undefined) throw new AvatarError('key_missing');
    if (kind === 'public') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    if (kind === 'operator') return this.rates.admit(request, () => this.admitOperator(request));
    const offered = judgeByHeaders(request, () => this.offeredTo(kind, request));
    const caller = await this.callerOf(kind, offered, request);
    if (caller.kind === 'customer' && offered.keys[0] !== undefined) {
      this.rates.countKey(offered.keys[0], http.getResponse<Response>());
    }
    requestContext(request).accountId = accountOf(caller);
    rememberCaller(request, caller);
    return true;
  }

  /** What may let the request in; whether it does is judged later. */
  private offeredTo(kind: CredentialKind, request: Request): OfferedCredentials {
    if (isHeyGen(kind) && this.config.heygen === null) throw new AvatarError('heygen_disabled');
    const offered =
      kind === 'session-body' ? beaconToken(request) : readCredentials(request.headers);
    requireAny(kind, offered);
    return offered;
  }

  private callerOf(
    kind: CredentialKind,
    offered: OfferedCredentials,
    request: Request,
  ): Promise<Caller> {
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
    const opener = this.openerOf(account, request);
    const earlier = await this.earlierSession(offered.token, account, origin);
    const visitorToken = visitorTokenOf(request.headers);
    return { kind: 'customer', account, origin, opener, visitorToken, earlier };
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
    const { tokenSecrets } = this.config;
    const claims = await verifySessionToken(token, tokenSecrets, this.clock.now()).catch(
      () => null,
    );
    return claims?.accountId === accountId && claims.origin === origin ? claims : null;
  }

  private openerOf(account: Account, request: Request): string | null {
    const [secret] = this.config.tokenSecrets;
    if (secret === undefined || isServer({ account })) return null;
    const address = rateAddress(request.ip ?? request.socket.remoteAddress);
    return openerOf(account.accountId, address, secret);
  }

  /** The token decides; a key that comes along must be of the same account. */
  private async sessionCaller(
    offered: OfferedCredentials,
    token: string,
    request: Request,
  ): Promise<Caller> {
    const claims = await verifySessionToken(token, this.config.tokenSecrets, this.clock.now());
    for (const key of offered.keys) await this.refuseOtherAccount(key, claims.accountId, request);
    const origin = await this.origins.admitToken(request.headers.origin, claims);
    return { kind: 'session', claims, origin };
  }

  /** Stands in for the key it was asked for with. */
  private async accountTokenCaller(
    offered: OfferedCredentials,
    token: string,
    request: Request,
  ): Promise<Caller> {
    const claims = await verifyAccountToken(token, this.config.tokenSecrets, this.clock.now());
    for (const key of offered.keys) await this.refuseOtherAccount(key, claims.accountId, request);
    const origin = await this.origins.admitToken(request.headers.origin, claims);
    const account = await this.accounts.getById(claims.accountId);
    const opener = this.openerOf(account, request);
    const visitorToken = visitorTokenOf(request.headers);
    const { tokenId: id, visitorId, byServer } = claims;
    const known = { id, visitorId, byServer };
    const earlier = null;
    return { kind: 'customer', account, origin, opener, visitorToken, earlier, token: known };
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

  private admitOperator(request: Request): boolean {
    const { adminTokens } = this.config;
    if (adminTokens.length === 0) throw new AvatarError('not_found');
    requireBearer(request.headers.authorization, adminTokens);
    return true;
  }
}

function isHeyGen(kind: CredentialKind): boolean {
  return kind === 'heygen' || kind === 'heygen-key';
}

/** @throws AvatarError where nothing is offered of what the route takes */
function requireAny(kind: CredentialKind, { keys, token }: OfferedCredentials): void {
  if (token !== null && takesTokens(kind)) return;
  if (takesKeys(kind)) {
    if (keys.length === 0) throw new AvatarError(token === null ? 'key_missing' : 'key_invalid');
  } else throw new AvatarError(keys.length === 0 ? 'key_missing' : 'token_invalid');
}

function takesTokens(kind: CredentialKind): boolean {
  return kind !== 'customer' && kind !== 'heygen-key';
}

function takesKeys(kind: CredentialKind): boolean {
  return kind !== 'session' && kind !== 'session-body';
}

function beaconToken(request: Request): OfferedCredentials {
  const body: unknown = request.body;
  const token = typeof body === 'string' ? body.trim() : '';
  return { token: token === '' ? null : token, keys: [] };
}

function accountOf(caller: Caller): string {
  return caller.kind === 'customer' ? caller.account.accountId : caller.claims.accountId;
}
