import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { parseOrigin } from '../origins/origin-policy.js';
import { allowedHeaders } from './allowed-headers.js';
import { TRACE_HEADER } from './request-context.js';

const EXPOSED = `X-Request-Id, ${TRACE_HEADER}, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, WWW-Authenticate, Allow, X-Visitor-Token`;

/**
 * CORS: a preflight needs no key and is answered for any `http(s)`
 * origin; every answer echoes the origin, so that a page's developer can read refusals too. The
 * real request is held to the account's list by the credential guard.
 * @param isForPages whether pages call a path; of one that they do not, an answer says nothing of origins
 */
export function corsMiddleware(isForPages: (path: string) => boolean): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    if (!isForPages(request.path)) return next();
    response.setHeader('Vary', 'Origin');
    const header = request.headers.origin;
    const origin = header === undefined ? null : parseOrigin(header);
    if (origin !== null) {
      response.setHeader('Access-Control-Allow-Origin', header ?? origin);
      response.setHeader('Access-Control-Allow-Credentials', 'true');
      response.setHeader('Access-Control-Expose-Headers', EXPOSED);
    }
    const preflight =
      request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
    if (!preflight) return next();
    if (origin !== null) {
      response.setHeader('Access-Control-Allow-Methods', 'GET, POST, PATCH, OPTIONS');
      const asked = request.headers['access-control-request-headers'];
      response.setHeader('Access-Control-Allow-Headers', allowedHeaders(asked));
      response.setHeader('Access-Control-Max-Age', '7200');
    }
    response.status(204).end();
  };
}
