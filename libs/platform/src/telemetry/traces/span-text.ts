import type { End, Operation } from '../operation.js';
import type { EndedSpan, SpanAttributes } from './span.js';

/** What a span says of its work. */
export type SpanText = Pick<EndedSpan, 'name' | 'kind' | 'attributes' | 'isFault'>;

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What any other method is called (semantic conventions of OpenTelemetry). */
const OTHER = '_OTHER';

const OK = 'ok';

/**
 * What a span says of an operation: names that the code or a route's pattern holds, an outcome, and the
 * session's id. Nothing that a request says in its path, its headers or its body is among them.
 */
export function spanText(operation: Operation, end: End): SpanText {
  switch (operation.kind) {
    case 'request':
      return requestText(operation.method, end, operation.notes?.session?.sessionId);
    case 'call':
      return {
        name: `${operation.peer} ${operation.name}`,
        kind: 'client',
        attributes: {
          'peer.service': operation.peer,
          'avatar.operation': operation.name,
          ...of(end),
        },
        isFault: isFault(end),
      };
    case 'database':
      return {
        name: `${operation.name} ${operation.collection}`,
        kind: 'client',
        attributes: {
          'db.system.name': 'mongodb',
          'db.operation.name': operation.name,
          'db.collection.name': operation.collection,
          ...of(end),
        },
        isFault: isFault(end),
      };
    case 'step':
      return {
        name: `upkeep ${operation.name}`,
        kind: 'internal',
        attributes: {
          'avatar.step': operation.name,
          ...named(operation.session?.sessionId),
          ...of(end),
        },
        isFault: isFault(end),
      };
    case 'open':
    case 'start':
      return {
        name: `${operation.kind} session`,
        kind: 'internal',
        attributes: {
          'avatar.vendor': operation.vendor,
          ...named(operation.session?.sessionId),
          ...of(end),
        },
        isFault: isFault(end),
      };
  }
}

function requestText(sent: string, { outcome, route }: End, sessionId?: string): SpanText {
  const method = METHODS.has(sent) ? sent : OTHER;
  const status = Number(outcome);
  return {
    name: route ? `${method} ${route}` : method,
    kind: 'server',
    attributes: {
      'http.request.method': method,
      'http.response.status_code': status,
      ...(route ? { 'http.route': route } : {}),
      ...named(sessionId),
    },
    isFault: status >= 500,
  };
}

function named(sessionId: string | undefined): SpanAttributes {
  return sessionId === undefined ? {} : { 'avatar.session_id': sessionId };
}

function of({ outcome }: End): SpanAttributes {
  return outcome === OK ? {} : { 'avatar.outcome': outcome };
}

/** What another attempt, or another request, is refused by is an answer like another. */
const ANSWERS = new Set([OK, 'refused', 'slow_down', 'duplicate']);

function isFault({ outcome }: End): boolean {
  return !ANSWERS.has(outcome);
}
