import { describe, expect, it } from '@jest/globals';
import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CREDENTIAL, Rates } from '#platform';
import type { Request } from 'express';
import { anAvatarConfig } from '../../../../test/support/avatar-config.factory.js';
import type { AccountsService } from '../accounts/accounts.service.js';
import { AvatarError } from '../errors.js';
import type { DatabaseClock } from '../clock/database-clock.js';
import { CustomerKey, OperatorToken, SessionToken, SessionTokenInBody } from './caller.js';
import { Callers } from './callers.js';
import { CredentialGuard } from './credential.guard.js';
import { OriginGuard } from './origin.guard.js';
import { Tokens } from './tokens.service.js';

const ADMIN = 'a-token-of-the-operator';
const METRICS = 'a-token-of-prometheus';
const KEY = 'SE_5799564546777614';

class Routes {
  undeclared(): void {}

  @OperatorToken()
  operator(): void {}

  @SetMetadata(CREDENTIAL, 'metrics-token')
  metrics(): void {}

  @SessionToken()
  session(): void {}

  @SessionTokenInBody()
  beacon(): void {}

  @CustomerKey()
  customer(): void {}
}

/** Knows no account but those it is given: all else is refused without asking anybody. */
function judge(
  route: keyof Routes,
  request: Partial<Request>,
  { adminToken = ADMIN, accounts = {} as AccountsService } = {},
) {
  const config = anAvatarConfig({ ADMIN_TOKEN: adminToken, METRICS_TOKEN: METRICS });
  const clock = { now: () => new Date() } as DatabaseClock;
  const origins = new OriginGuard(config, accounts);
  const rates = new Rates(config.rates);
  const callers = new Callers(accounts, origins, new Tokens(config, clock), rates);
  const guard = new CredentialGuard(new Reflector(), config, callers, rates);
  return guard.canActivate({
    getHandler: () => Object.getOwnPropertyDescriptor(Routes.prototype, route)?.value as unknown,
    getClass: () => Routes,
    switchToHttp: () => ({
      getRequest: () => ({ headers: {}, ip: '198.51.100.1', ...request }),
      getResponse: () => ({}),
    }),
  } as ExecutionContext);
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('a route that declares no credential', () => {
  it.each([{}, bearer(ADMIN), { headers: { 'x-api-key': KEY } }])(
    'is closed to everybody: %j',
    async (request) => {
      await expect(judge('undeclared', request)).rejects.toMatchObject({ code: 'key_missing' });
    },
  );
});

describe('a route of the operator', () => {
  it('takes the operator’s token', async () => {
    await expect(judge('operator', bearer(ADMIN))).resolves.toBe(true);
  });

  it.each([
    [{}, 'key_missing'],
    [{ headers: { 'x-api-key': ADMIN } }, 'key_missing'],
    [bearer(`${ADMIN}x`), 'token_invalid'],
  ])('does not take %j', async (request, code) => {
    await expect(judge('operator', request)).rejects.toMatchObject({ code });
  });

  it('is not there where no token is set', async () => {
    await expect(judge('operator', bearer(ADMIN), { adminToken: '' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('the metrics', () => {
  it('are for their own token and no other', async () => {
    await expect(judge('metrics', bearer(METRICS))).resolves.toBe(true);
    const wrong = [bearer(ADMIN), bearer(`${METRICS}x`)];
    for (const request of wrong) {
      await expect(judge('metrics', request)).rejects.toMatchObject({ code: 'token_invalid' });
    }
    await expect(judge('metrics', {})).rejects.toMatchObject({ code: 'key_missing' });
  });

  it('are all that it opens', async () => {
    await expect(judge('operator', bearer(METRICS))).rejects.toMatchObject({
      code: 'token_invalid',
    });
  });
});

describe('a route that takes a session token alone', () => {
  it.each([
    ['session', {}, 'key_missing'],
    ['session', { headers: { authorization: 'Basic YTpi' } }, 'key_missing'],
    ['session', { headers: { 'x-api-key': KEY } }, 'token_invalid'],
    ['session', bearer(KEY), 'token_invalid'],
    ['beacon', {}, 'key_missing'],
    ['beacon', { body: ' ' }, 'key_missing'],
    ['beacon', bearer(KEY), 'key_missing'],
    ['beacon', { body: KEY }, 'token_invalid'],
  ] as const)('%s does not take %j', async (route, request, code) => {
    await expect(judge(route, request)).rejects.toMatchObject({ code });
  });
});

describe('a key beside another key', () => {
  const known: Record<string, string> = {
    SE_of_this_shop_1: 'shop-1',
    SE_of_another_one: 'shop-2',
  };
  const byKey = (key: string) => {
    const accountId = known[key];
    if (accountId === undefined) return Promise.reject(new AvatarError('key_invalid'));
    return Promise.resolve({ accountId, allowedOrigins: [] });
  };
  const accounts = { byKey } as unknown as AccountsService;
  const headers = (key: string, other: string) => ({
    headers: { 'x-api-key': key, authorization: `Bearer ${other}` },
  });
  const UNKNOWN = 'SE_unknown_000000';

  it.each([
    ['another account’s', 'SE_of_this_shop_1', 'SE_of_another_one'],
    ['nobody’s', 'SE_of_this_shop_1', UNKNOWN],
    ['nobody’s, and stands first', UNKNOWN, 'SE_of_this_shop_1'],
    ['nobody’s, as the other is', UNKNOWN, 'SE_unknown_000001'],
  ])('leaves open which is meant where it is %s', async (_whose, key, other) => {
    await expect(judge('customer', headers(key, other), { accounts })).rejects.toMatchObject({
      code: 'key_ambiguous',
    });
  });

  it('is as unknown as ever where it stands alone', async () => {
    const request = { headers: { 'x-api-key': UNKNOWN } };
    await expect(judge('customer', request, { accounts })).rejects.toMatchObject({
      code: 'key_invalid',
    });
  });
});
