import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type ApiKeyKind, apiKeyKind, offeredVisitorToken, VISITOR_TOKEN_HEADER } from '#contracts';
import { admitOrigin, judgeByHeaders, Rates, requestContext } from '#platform';
import type { Request, Response } from 'express';
import type { Account } from '../accounts/account.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { PetyaConfig } from '../config/petya-config.js';
import { PetyaError } from '../errors.js';
import { VisitorProofs } from '../visitors/visitor-proofs.js';
import type { Caller } from './caller.js';
import { IGNORES_VISITOR } from './credential.decorators.js';
import { setCurrentCaller } from './current-caller.decorator.js';
import { readCustomerKey } from './customer-key.js';
import { isOwnCaller } from './own-caller.js';

/** Lets a known key through, from an origin its account allows, with the visitor it has proof of. */
@Injectable()
export class CustomerKeyGuard implements CanActivate {
  private readonly reflector = new Reflector();

  constructor(
    private readonly keys: ApiKeysService,
    private readonly accounts: AccountsService,
    private readonly proofs: VisitorProofs,
    private readonly config: PetyaConfig,
    private readonly rates: Rates,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const { account, keyKind } = await this.admit(request, response);
    requestContext(request).accountId = account.id;
    admitOrigin(request.headers.origin, {
      allowedOrigins: account.allowedOrigins,
      isProduction: this.config.isProduction,
    });
    if (account.suspended) throw new PetyaError('account_suspended');
    const places = [context.getHandler(), context.getClass()];
    const ignoresVisitor = this.reflector.getAllAndOverride<unknown>(IGNORES_VISITOR, places);
    const visitor = ignoresVisitor ? null : await this.visitorOf(account, request, response);
    setCurrentCaller(request, { account, keyKind, visitor });
    return true;
  }

  private async admit(
    request: Request,
    response: Response,
  ): Promise<Pick<Caller, 'account' | 'keyKind'>> {
    const key = judgeByHeaders(request, () => readCustomerKey(request.headers));
    // Before anything is looked up: a page that holds a server's key must not work for a while.
    if (apiKeyKind(key) === 'secret' && request.headers.origin !== undefined) {
      throw new PetyaError('key_not_for_browsers');
    }
    if (isOwnCaller(request.headers, this.config.serviceTokens)) return this.ownerOf(key);
    const owner = await this.rates.admitKey(request, key, () => this.ownerOf(key));
    this.rates.countKey(key, response);
    return owner;
  }

  private async ownerOf(key: string): Promise<{ account: Account; keyKind: ApiKeyKind }> {
    const owner = await this.keys.findOwner(key);
    const account = owner && (await this.accounts.find(owner.accountId));
    if (!account || owner.kind !== apiKeyKind(key)) throw new PetyaError('key_invalid');
    return { account, keyKind: owner.kind };
  }

  private async visitorOf(
    account: Account,
    request: Request,
    response: Response,
  ): Promise<Caller['visitor']> {
    const token = offeredVisitorToken(request.headers);
    if (typeof token !== 'string') return null;
    const { visitorId, renewed } = await this.proofs.accept(account.id, token);
    if (renewed !== null) response.setHeader(VISITOR_TOKEN_HEADER, renewed);
    return { id: visitorId };
  }
}
