import { Logger } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { hash } from 'node:crypto';
import { bearerToken } from '../auth/bearer.js';
import type { Operators } from '../auth/operators.js';
import { AUDIT } from '../logging/app-logger.js';
import { auditedId, auditedOrder } from './audited-id.js';
import { isAdminPath } from './admin-door.js';
import { requestContext } from './request-context.js';

/**
 * Writes a line for every call of an admin route: who (a digest of the token, its name where it has one,
 * and the address), what, to what, what was ordered, with which result. A wrong token is nobody's, and
 * is not written.
 */
export function auditMiddleware(operators: Operators): RequestHandler {
  const [key = ''] = operators.tokens;
  const logger = new Logger(AUDIT);
  return (request: Request, response: Response, next: NextFunction) => {
    if (!isAdminPath(request.path)) return next();
    response.once('close', () => {
      const route = request.route as { path?: unknown } | undefined;
      if (typeof route?.path !== 'string') return;
      const { requestId, traceId } = requestContext(request);
      const order = auditedOrder(request.body, key);
      logger.log({
        ...whoAsks(request, operators),
        address: request.ip ?? request.socket.remoteAddress ?? 'gone',
        method: request.method,
        route: route.path,
        ids: idsOf(request, key),
        ...(Object.keys(order).length > 0 ? { order } : {}),
        // An answer that nobody waited for says nothing of what was done.
        result: response.writableFinished ? response.statusCode : 'not seen by the caller',
        requestId,
        ...(traceId ? { traceId } : {}),
      });
    });
    next();
  };
}

function whoAsks({ headers }: Request, operators: Operators): { who: string; name?: string } {
  const operator = operators.find(bearerToken(headers.authorization));
  if (operator === null) return { who: 'nobody' };
  const who = hash('sha256', operator.token, 'hex').slice(0, 8);
  return operator.name === null ? { who } : { who, name: operator.name };
}

function idsOf({ params }: Request, key: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, id]) => [name, auditedId(name, String(id), key)]),
  );
}
