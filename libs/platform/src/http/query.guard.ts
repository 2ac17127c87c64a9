import { type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { Request } from 'express';
import { AppError } from '../errors/app-error.js';

/**
 * Refuses a query on a route that declares none; where one is declared, its class refuses what it does
 * not know. What is ignored in silence is taken for understood.
 */
export class QueryGuard implements CanActivate {
  private readonly known = new Map<unknown, boolean>();

  canActivate(context: ExecutionContext): boolean {
    const { url } = context.switchToHttp().getRequest<Request>();
    if (hasQuery(url) && !this.takesQuery(context)) throw unknownQuery();
    return true;
  }

  private takesQuery(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    const known = this.known.get(handler);
    if (known !== undefined) return known;
    const places = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name) ??
      {}) as Record<string, unknown>;
    const takes = Object.keys(places).some((place) =>
      place.startsWith(`${RouteParamtypes.QUERY}:`),
    );
    this.known.set(handler, takes);
    return takes;
  }
}

/** Whether a URL has anything behind its question mark. */
export function hasQuery(url: string): boolean {
  const at = url.indexOf('?');
  return at >= 0 && at < url.length - 1;
}

/** The refusal of a query where none is known; it repeats nothing of it. */
export function unknownQuery(): AppError {
  const message = 'has a query parameter that is not known; this path knows none';
  return new AppError('invalid_input', { errors: [{ pointer: '', message }] });
}
