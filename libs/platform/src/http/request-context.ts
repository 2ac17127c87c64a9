import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TracedSession } from '../telemetry/operation.js';
import { newTraceId, traceIdOf } from './traceparent.js';

/** Of an answer: the trace that its request belongs to, 32 hexadecimal digits. */
export const TRACE_HEADER = 'X-Trace-Id';

/** What turns out of a request meanwhile, for whoever traces it. */
export interface TracedRequest {
  /** Known, or the one that it has until then. */
  readonly trace: string;
  /** The session that it is about, where it is about one. */
  readonly session: TracedSession | undefined;
}

/**
 * All that we know of a request beside the request itself, in one object: the log line is written
 * from it, and it is counted under its address.
 */
export interface RequestContext extends TracedRequest {
  readonly requestId: string;
  /** Path as the router sees it, without the query. */
  readonly path: string;
  readonly startedAtMs: number;
  accountId: string | undefined;
  /** Of an operator's request that was let in: its name, null where its token has none. */
  operatorName: string | null | undefined;
  problem: string | undefined;
  /**
   * The trace that it belongs to: of the session that it is about, where that is known (`noteTrace`),
   * and else its caller's, by the header. A request that opens a session has one in any case.
   */
  traceId: string | undefined;
  session: TracedSession | undefined;
  /** The answer to it, which says its trace. */
  answer: Pick<ServerResponse, 'headersSent' | 'setHeader'> | undefined;
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
  let drawn: string | undefined;
  const context: RequestContext = {
    requestId: typeof offered === 'string' && UUID.test(offered) ? offered : randomUUID(),
    path: pathOf(request.url ?? ''),
    startedAtMs: performance.now(),
    accountId: undefined,
    operatorName: undefined,
    problem: undefined,
    traceId: traceIdOf(request.headers['traceparent']) ?? undefined,
    get trace() {
      return this.traceId ?? (drawn ??= newTraceId());
    },
    session: undefined,
    answer: undefined,
    address: undefined,
    isOwn: false,
  };
  carrier[CONTEXT] = context;
  return context;
}

/** What is noted of the session that a request is about. */
export interface NotedSession {
  /** Null or missing of a session of an earlier release, or one that nobody looks for any more. */
  readonly traceId?: string | null;
  /** Our own id of its record, where that is here. */
  readonly id?: string;
  readonly vendorSessionId?: string | null;
}

/**
 * Notes the session that a request is about, or turns out to open: the request belongs to its trace. Its
 * log line says that, and its answer where that has not begun.
 */
export function noteSession(
  context: RequestContext | undefined,
  { traceId, id, vendorSessionId }: NotedSession,
): void {
  if (!context) return;
  context.session = {
    ...(id === undefined ? {} : { recordId: id }),
    ...(vendorSessionId ? { sessionId: vendorSessionId } : {}),
  };
  if (traceId) noteTrace(context, traceId);
}

/** Notes the trace that a request belongs to. @param traceId 32 hexadecimal digits */
export function noteTrace(context: RequestContext, traceId: string): void {
  context.traceId = traceId;
  tellTrace(context);
}

/** Says in the answer which trace the request belongs to, where that is known. */
export function tellTrace({ traceId, answer }: RequestContext): void {
  if (traceId && answer && !answer.headersSent) answer.setHeader(TRACE_HEADER, traceId);
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
