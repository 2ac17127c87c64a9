import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * All that we know of a request beside the request itself, in one object: the log line is written
 * from it, and it is counted under its address.
 */
export interface RequestContext {
  readonly requestId: string;
  /** Path as the router sees it, without the query. */
  readonly path: string;
  readonly startedAtMs: number;
  accountId: string | undefined;
  /** Of an operator's request that was let in: its name, null where its token has none. */
  operatorName: string | null | undefined;
  problem: string | undefined;
  /** Of a request that opens a session: the trace that its caller goes by, or a new one. */
  traceId: string | undefined;
  /** What it is counted under, once that was asked for. */
  address: string | undefined;
  /** Whether a service of ours calls, which is not counted. */
  isOwn: boolean;
}

/** On the request itself: the collector goes through a weak map of requests again and again. */
const CONTEXT = Symbol('context');

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The context of a request, made on first use. The client's own id is kept if it is a UUID. */
export function requestContext(request: Pick<IncomingMessage, 'headers' | 'url'>): RequestContext {
  const carrier: typeof request & { [CONTEXT]?: RequestContext } = request;
  const known = carrier[CONTEXT];
  if (known) return known;
  const offered = request.headers['x-request-id'];
  const context: RequestContext = {
    requestId: typeof offered === 'string' && UUID.test(offered) ? offered : randomUUID(),
    path: pathOf(request.url ?? ''),
    startedAtMs: performance.now(),
    accountId: undefined,
    operatorName: undefined,
    problem: undefined,
    traceId: undefined,
    address: undefined,
    isOwn: false,
  };
  carrier[CONTEXT] = context;
  return context;
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
