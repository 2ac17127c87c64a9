import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { admitOrigin, requestContext } from '#platform';
import type { Request } from 'express';
import type { Account } from '../accounts/account.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { PetyaConfig } from '../config/petya-config.js';
import { PetyaError } from '../errors.js';
import { setCurrentAccount } from './current-account.decorator.js';
import { readCustomerKey } from './customer-key.js';

/** Lets a known customer key through, from an origin its account allows. */
@Injectable()
export class CustomerKeyGuard implements CanActivate {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly accounts: AccountsService,
    private readonly config: PetyaConfig,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const account = await this.accountOf(readCustomerKey(request.headers));
    requestContext(request).accountId = account.id;
    admitOrigin(request.headers.origin, {
      allowedOrigins: account.allowedOrigins,
      isProduction: this.config.isProduction,
    });
    if (account.suspended) throw new PetyaError('account_suspended');
    setCurrentAccount(request, account);
    return true;
  }

  private async accountOf(key: string): Promise<Account> {
    const accountId = await this.keys.findAccountId(key);
    const account = accountId === null ? null : await this.accounts.find(accountId);
    if (!account) throw new PetyaError('key_invalid');
    return account;
  }
}
