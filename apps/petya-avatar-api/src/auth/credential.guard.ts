import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CREDENTIAL, Rates, requireBearer } from '#platform';
import type { Request } from 'express';
import { PetyaConfig } from '../config/petya-config.js';
import { PetyaError } from '../errors.js';
import { CustomerKeyGuard } from './customer-key.guard.js';

/** Guards every route by the credential its decorator names; a route that names none is closed. */
@Injectable()
export class CredentialGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly customerKey: CustomerKeyGuard,
    private readonly config: PetyaConfig,
    private readonly rates: Rates,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const credential = this.reflector.getAllAndOverride<unknown>(CREDENTIAL, [
      context.getHandler(),
      context.getClass(),
    ]);
    const { serviceTokens, operators, metricsTokens } = this.config;
    switch (credential) {
      case 'public':
        return true;
      case 'customer-key':
        return this.customerKey.canActivate(context);
      case 'service-token':
        return this.admit(context, ({ headers }) =>
          requireBearer(headers.authorization, serviceTokens, 'a service token'),
        );
      case 'admin-token':
        return this.admit(context, (request) => operators.admit(request));
      case 'metrics-token':
        return this.admit(context, ({ headers }) =>
          requireBearer(headers.authorization, metricsTokens, 'a metrics token'),
        );
      default:
        throw new PetyaError('key_missing');
    }
  }

  private async admit(context: ExecutionContext, judge: (request: Request) => void) {
    const request = context.switchToHttp().getRequest<Request>();
    await this.rates.admit(request, () => judge(request));
    return true;
  }
}
