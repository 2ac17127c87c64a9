import { Logger } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { requestContext } from './request-context.js';

/**
 * Sets the headers every answer carries and writes one log line a request: method, route pattern,
 * status, milliseconds, request id, account. The pattern and not the path, so that no id and no
 * query, hence no credential, is ever written.
 */
export function requestLogMiddleware(): RequestHandler {
  const logger = new Logger('Request');
  return (request: Request, response: Response, next: NextFunction) => {
    const context = requestContext(request);
    response.setHeader('X-Request-Id', context.requestId);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.once('close', () => {
      logger.log({
        method: request.method,
        route: routePattern(request),
        status: response.writableFinished ? response.statusCode : 499,
        ms: Math.round(performance.now() - context.startedAtMs),
        requestId: context.requestId,
        ...(context.accountId ? { accountId: context.accountId } : {}),
        ...(context.problem ? { problem: context.problem } : {}),
      });
    });
    next();
  };
}

function routePattern(request: Request): string {
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path : '(no route)';
}
