import { describe, expect, it } from '@jest/globals';
import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CREDENTIAL, Rates } from '#platform';
import type { IncomingHttpHeaders } from 'node:http';
import { loadPetyaConfig } from '../config/petya-config.js';
import { AdminToken, ServiceToken } from './credential.decorators.js';
import { CredentialGuard } from './credential.guard.js';
import type { CustomerKeyGuard } from './customer-key.guard.js';

const SERVICE = 'service-token-of-this-run';
const ADMIN = 'admin-token-of-this-run';
const METRICS = 'metrics-token-of-this-run';

class Routes {
  undeclared(): void {}

  @ServiceToken()
  service(): void {}

  @AdminToken()
  admin(): void {}

  @SetMetadata(CREDENTIAL, 'metrics-token')
  metrics(): void {}
}

function guard(
  environment: Readonly<Record<string, string>> = {
    ADMIN_TOKEN: ADMIN,
    METRICS_TOKEN: METRICS,
  },
) {
  const needed = {
    NODE_ENV: 'test',
    MONGODB_URI: 'mongodb://127.0.0.1:1/petya',
    SERVICE_TOKENS: SERVICE,
  };
  const config = loadPetyaConfig({ ...needed, ...environment });
  const noKeys = { canActivate: () => Promise.resolve(false) } as unknown as CustomerKeyGuard;
  return new CredentialGuard(new Reflector(), noKeys, config, new Rates(config.rates));
}

function asking(route: keyof Routes, headers: IncomingHttpHeaders): ExecutionContext {
  const request = { headers, ip: '198.51.100.1' };
  return {
    getHandler: () => Object.getOwnPropertyDescriptor(Routes.prototype, route)?.value as unknown,
    getClass: () => Routes,
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({}) }),
  } as ExecutionContext;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a route', () => {
  it.each([{}, bearer(SERVICE), bearer(ADMIN), { 'x-api-key': 'SE_5799564546777614' }])(
    'that declares no credential is closed to everybody: %j',
    async (headers) => {
      const judged = guard().canActivate(asking('undeclared', headers));
      await expect(judged).rejects.toMatchObject({ code: 'key_missing' });
    },
  );

  it.each([
    ['service', SERVICE],
    ['admin', ADMIN],
    ['metrics', METRICS],
  ] as const)('of the %s takes its own token', async (route, token) => {
    await expect(guard().canActivate(asking(route, bearer(token)))).resolves.toBe(true);
  });

  it.each([
    ['service', ADMIN],
    ['admin', SERVICE],
    ['admin', METRICS],
    ['service', METRICS],
    ['metrics', ADMIN],
    ['metrics', SERVICE],
    ['metrics', ''],
    ['admin', ''],
  ] as const)('of the %s does not take %j', async (route, token) => {
    const code = token === '' ? 'key_missing' : 'token_invalid';
    await expect(guard().canActivate(asking(route, bearer(token)))).rejects.toMatchObject({ code });
  });

  it('of the operator takes no token where none is set', async () => {
    const judged = guard({}).canActivate(asking('admin', bearer('undefined')));
    await expect(judged).rejects.toMatchObject({ code: 'token_invalid' });
  });
});
