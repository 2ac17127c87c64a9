import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { bearerToken, isSameSecret, Rates } from '#platform';
import type { Request } from 'express';
import { PetyaConfig } from '../config/petya-config.js';
import { PetyaError } from '../errors.js';

/** Lets ilianaai-avatar through. Several tokens are valid, so that one can be rotated. */
@Injectable()
export class ServiceTokenGuard implements CanActivate {
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
    // Every token is compared, so that the time does not tell which one was close.
    const fits = this.config.serviceTokens.filter(
      (token) => offered !== null && isSameSecret(offered, token),
    );
    if (fits.length === 0) throw new PetyaError('token_invalid');
    return true;
  }
}
