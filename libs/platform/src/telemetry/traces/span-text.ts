import type { End, Operation } from '../operation.js';
import type { SpanAttributes, SpanText } from './span.js';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What any other method is called (semantic conventions of OpenTelemetry). */
const OTHER = '_OTHER';

const OK = 'ok';

/** Texts that are kept: an app has some hundred routes, calls and operations, with few outcomes each. */
const MOST_TEXTS = 5_000;

/** By the kind of operation, and by what they are made of: a key of it all takes longer than the rest of a span. */
const texts = new Map<Operation['kind'], Map<string, Map<string, Map<string, SpanText>>>>();
let kept = 0;

/**
 * What a span says of an operation: names that the code or a route's pattern holds, and an outcome. Nothing
 * that a request says in its path, its headers or its body is among them. What says the same is the same
 * object.
 */
export function spanText(operation: Operation, end: End): SpanText {
  const [whose, name] = [whoseOf(operation), nameOf(operation, end)];
  const known = texts.get(operation.kind)?.get(whose)?.get(name)?.get(end.outcome);
  if (known) return known;
  const text = Object.freeze(textOf(operation, end));
  if (kept >= MOST_TEXTS) return text;
  kept += 1;
  within(within(within(texts, operation.kind), whose), name).set(end.outcome, text);
  return text;
}

/** The map under a key of another one, made where there is none. */
function within<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const known = maps.get(key);
  if (known) return known;
  const made = new Map<L, V>();
  maps.set(key, made);
  return made;
}

/** The session that a span is about, by its vendor's id; null where there is none. */
export function sessionIdOf(operation: Operation): string | null {
  switch (operation.kind) {
    case 'request':
      return operation.notes?.session?.sessionId ?? null;
    case 'step':
    case 'open':
    case 'start':
      return operation.session?.sessionId ?? null;
    case 'call':
    case 'database':
      return null;
  }
}

/** With the kind, `nameOf` and the outcome, the same for those whose texts are the same. */
function whoseOf(operation: Operation): string {
  switch (operation.kind) {
    case 'request':
      return methodOf(operation.method);
    case 'call':
      return operation.peer;
    case 'database':
      return operation.collection;
    case 'open':
    case 'start':
      return operation.vendor;
    case 'step':
      return '';
  }
}

function nameOf(operation: Operation, { route }: End): string {
  switch (operation.kind) {
    case 'request':
      return route ?? '';
    case 'call':
    case 'database':
    case 'step':
      return operation.name;
    case 'open':
    case 'start':
      return '';
  }
}

function textOf(operation: Operation, end: End): SpanText {
  switch (operation.kind) {
    case 'request':
      return requestText(methodOf(operation.method), end);
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
        attributes: { 'avatar.step': operation.name, ...of(end) },
        isFault: isFault(end),
      };
    case 'open':
    case 'start':
      return {
        name: `${operation.kind} session`,
        kind: 'internal',
        attributes: { 'avatar.vendor': operation.vendor, ...of(end) },
        isFault: isFault(end),
      };
  }
}

function methodOf(sent: string): string {
  return METHODS.has(sent) ? sent : OTHER;
}

function requestText(method: string, { outcome, route }: End): SpanText {
  const status = Number(outcome);
  return {
    name: route ? `${method} ${route}` : method,
    kind: 'server',
    attributes: {
      'http.request.method': method,
      'http.response.status_code': status,
      ...(route ? { 'http.route': route } : {}),
    },
    isFault: status >= 500,
  };
}

function of({ outcome }: End): SpanAttributes {
  return outcome === OK ? {} : { 'avatar.outcome': outcome };
}

/** What another attempt, or another request, is refused by is an answer like another. */
const ANSWERS = new Set([OK, 'refused', 'slow_down', 'duplicate']);

function isFault({ outcome }: End): boolean {
  return !ANSWERS.has(outcome);
}
