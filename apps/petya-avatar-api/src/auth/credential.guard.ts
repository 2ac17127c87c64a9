import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CREDENTIAL } from '#platform';
import { PetyaError } from '../errors.js';
import { AdminTokenGuard } from './admin-token.guard.js';
import { CustomerKeyGuard } from './customer-key.guard.js';
import { ServiceTokenGuard } from './service-token.guard.js';

/** Guards every route by the credential its decorator names; a route that names none is closed. */
@Injectable()
export class CredentialGuard implements CanActivate {
  private readonly guards: ReadonlyMap<unknown, CanActivate>;

  constructor(
    private readonly reflector: Reflector,
    customerKey: CustomerKeyGuard,
    serviceToken: ServiceTokenGuard,
    adminToken: AdminTokenGuard,
  ) {
    this.guards = new Map<unknown, CanActivate>([
      ['public', { canActivate: () => true }],
      ['customer-key', customerKey],
      ['service-token', serviceToken],
      ['admin-token', adminToken],
    ]);
  }

  canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    const credential = this.reflector.getAllAndOverride<unknown>(CREDENTIAL, [
      context.getHandler(),
      context.getClass(),
    ]);
    const guard = this.guards.get(credential);
    if (!guard) throw new PetyaError('key_missing');
    return guard.canActivate(context);
  }
}
