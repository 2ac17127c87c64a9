import { Logger } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { hash } from 'node:crypto';
import { bearerToken, isOneOf } from '../auth/bearer.js';
import { AUDIT } from '../logging/app-logger.js';
import { auditedId } from './audited-id.js';
import { isAdminPath } from './admin-door.js';
import { requestContext } from './request-context.js';

/**
 * Writes a line for every call of an admin route: who (a digest of the token, and the address),
 * what, to what, with which result. A wrong token is nobody's, and is not written.
 */
export function auditMiddleware(adminTokens: readonly string[]): RequestHandler {
  const logger = new Logger(AUDIT);
  return (request: Request, response: Response, next: NextFunction) => {
    if (!isAdminPath(request.path)) return next();
    response.once('close', () => {
      const route = request.route as { path?: unknown } | undefined;
      if (typeof route?.path !== 'string') return;
      logger.log({
        who: whoseToken(request, adminTokens),
        address: request.ip ?? request.socket.remoteAddress ?? 'gone',
        method: request.method,
        route: route.path,
        ids: idsOf(request, adminTokens[0] ?? ''),
        // An answer that nobody waited for says nothing of what was done.
        result: response.writableFinished ? response.statusCode : 'not seen by the caller',
        requestId: requestContext(request).requestId,
      });
    });
    next();
  };
}

function whoseToken(request: Request, adminTokens: readonly string[]): string {
  const token = bearerToken(request.headers.authorization);
  if (token === null || !isOneOf(token, adminTokens)) return 'nobody';
  return hash('sha256', token, 'hex').slice(0, 8);
}

function idsOf({ params }: Request, key: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, id]) => [name, auditedId(name, String(id), key)]),
  );
}
