import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Account } from '../accounts/account.js';
import { PetyaError } from '../errors.js';

const accounts = new WeakMap<object, Account>();

/** Remembers whose key a request carried. */
export function setCurrentAccount(request: Request, account: Account): void {
  accounts.set(request, account);
}

/** The account of the customer key this request came with. */
export const CurrentAccount = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const account = accounts.get(context.switchToHttp().getRequest<Request>());
  if (!account) throw new PetyaError('key_missing');
  return account;
});
