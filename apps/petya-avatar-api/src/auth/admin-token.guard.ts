import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { bearerToken, isSameSecret, Rates } from '#platform';
import type { Request } from 'express';
import { PetyaConfig } from '../config/petya-config.js';
import { PetyaError } from '../errors.js';

/** Lets the operator through. */
@Injectable()
export class AdminTokenGuard implements CanActivate {
  constructor(
    private readonly config: PetyaConfig,
    private readonly rates: Rates,
  ) {}

  canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    return this.rates.admit(request, () => this.judge(request));
  }

  private judge({ headers }: Request): boolean {
    const offered = bearerToken(headers.authorization);
    const expected = this.config.adminToken;
    if (offered === null || expected === null || !isSameSecret(offered, expected)) {
      throw new PetyaError('token_invalid');
    }
    return true;
  }
}
