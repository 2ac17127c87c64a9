import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { admitOrigin, Rates, requestContext } from '#platform';
import type { Request, Response } from 'express';
import type { Account } from '../accounts/account.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { PetyaConfig } from '../config/petya-config.js';
import { PetyaError } from '../errors.js';
import { setCurrentAccount } from './current-account.decorator.js';
import { readCustomerKey } from './customer-key.js';
import { isOwnCaller } from './own-caller.js';

/** Lets a known customer key through, from an origin its account allows. */
@Injectable()
export class CustomerKeyGuard implements CanActivate {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly accounts: AccountsService,
    private readonly config: PetyaConfig,
    private readonly rates: Rates,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const account = await this.admit(request, http.getResponse<Response>());
    requestContext(request).accountId = account.id;
    admitOrigin(request.headers.origin, {
      allowedOrigins: account.allowedOrigins,
      isProduction: this.config.isProduction,
    });
    if (account.suspended) throw new PetyaError('account_suspended');
    setCurrentAccount(request, account);
    return true;
  }

  private async admit(request: Request, response: Response): Promise<Account> {
    const key = readCustomerKey(request.headers);
    if (isOwnCaller(request.headers, this.config.serviceTokens)) return this.accountOf(key);
    const account = await this.rates.admit(request, () => this.accountOf(key));
    this.rates.countKey(key, response);
    return account;
  }

  private async accountOf(key: string): Promise<Account> {
    const accountId = await this.keys.findAccountId(key);
    const account = accountId === null ? null : await this.accounts.find(accountId);
    if (!account) throw new PetyaError('key_invalid');
    return account;
  }
}
