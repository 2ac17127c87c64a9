import { randomUUID } from 'node:crypto';
import type { Request } from 'express';

/** What we know of a request beside the request itself; the log line is written from it. */
export interface RequestContext {
  readonly requestId: string;
  /** Path as the router sees it, without the query. */
  readonly path: string;
  readonly startedAtMs: number;
  accountId?: string;
  problem?: string;
}

/** On the request itself: the collector goes through a weak map of requests again and again. */
const CONTEXT = Symbol('context');

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The context of a request, made on first use. The client's own id is kept if it is a UUID. */
export function requestContext(request: Request): RequestContext {
  const carrier: Request & { [CONTEXT]?: RequestContext } = request;
  const known = carrier[CONTEXT];
  if (known) return known;
  const offered = request.headers['x-request-id'];
  const context: RequestContext = {
    requestId: typeof offered === 'string' && UUID.test(offered) ? offered : randomUUID(),
    path: pathOf(request.url),
    startedAtMs: performance.now(),
  };
  carrier[CONTEXT] = context;
  return context;
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
