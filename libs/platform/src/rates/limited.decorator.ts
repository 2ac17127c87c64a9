import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { apiKeyKind } from '#contracts';
import type { Request, Response } from 'express';
import { bearerToken } from '../auth/bearer.js';
import { isOwnCall } from './rate.middleware.js';
import type { RateName } from './rate-refusal.js';
import { Rates } from './rates.js';

/** One rate of a route, and whom a request is counted for; null where it is not. */
export interface Limit {
  readonly name: RateName;
  readonly subject: (request: Request) => string | null;
}

const LIMITS = 'limits';

/** Runs behind every guard: what a key says of itself is true by then, and the body is there. */
@Injectable()
class LimitInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly rates: Rates,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const limits = this.reflector.get<readonly Limit[]>(LIMITS, context.getHandler());
    for (const { name, subject } of isOfServer(request) ? [] : limits) {
      const counted = subject(request);
      if (counted !== null) this.rates.count(name, counted, http.getResponse<Response>());
    }
    return next.handle();
  }
}

/**
 * Counts a route's calls by named rates. Servers are not counted, which ask for many visitors from
 * one address: a service of ours, and a customer's with its secret key.
 */
export function Limited(...limits: readonly Limit[]): MethodDecorator {
  return applyDecorators(SetMetadata(LIMITS, limits), UseInterceptors(LimitInterceptor));
}

function isOfServer(request: Request): boolean {
  const { authorization, 'x-api-key': key } = request.headers;
  const keys = [typeof key === 'string' ? key.trim() : '', bearerToken(authorization) ?? ''];
  return isOwnCall(request) || keys.some((each) => apiKeyKind(each) === 'secret');
}
