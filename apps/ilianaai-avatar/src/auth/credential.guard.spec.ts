import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Rates } from '#platform';
import type { Request } from 'express';
import { anAvatarConfig } from '../../../../test/support/avatar-config.factory.js';
import type { AccountsService } from '../accounts/accounts.service.js';
import type { DatabaseClock } from '../session-record/database-clock.js';
import { OperatorToken, SessionToken, SessionTokenInBody } from './caller.js';
import { CredentialGuard } from './credential.guard.js';
import { OriginGuard } from './origin.guard.js';

const ADMIN = 'a-token-of-the-operator';
const KEY = 'SE_5799564546777614';

class Routes {
  undeclared(): void {}

  @OperatorToken()
  operator(): void {}

  @SessionToken()
  session(): void {}

  @SessionTokenInBody()
  beacon(): void {}
}

/** Knows no account and no session: what is refused here is refused without asking anybody. */
function judge(route: keyof Routes, request: Partial<Request>, adminToken: string = ADMIN) {
  const config = anAvatarConfig({ ADMIN_TOKEN: adminToken });
  const accounts = {} as AccountsService;
  const clock = { now: () => new Date() } as DatabaseClock;
  const origins = new OriginGuard(config, accounts);
  const rates = new Rates(config.rates);
  const guard = new CredentialGuard(new Reflector(), config, accounts, origins, clock, rates);
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
    await expect(judge('operator', bearer(ADMIN), '')).rejects.toMatchObject({ code: 'not_found' });
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
