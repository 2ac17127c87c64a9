import fc from 'fast-check';
import type { Exchange } from './exchange.js';
import type { Json, Operation } from './operations.js';
import { valuesOf } from './schema-values.js';

/** What generated requests may name and prove themselves with. */
export interface Known {
  /** Header lines by the name of the security scheme. */
  readonly credentials: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Ids that exist, by the name of the path parameter or body member. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** A session token, for the route that takes it as its body. */
  readonly token: string;
}

export type Kind = 'valid' | 'negative' | 'mutated';

export interface GeneratedRequest extends Exchange {
  readonly kind: Kind;
  readonly baseUrl: string;
  readonly app: Operation['app'];
  /** How a negative one is wrong. */
  readonly flaw?: string;
}

/** In every text of a negative request; no refusal may repeat it. */
export const MARKER = 'zq7marker';

/** Requests that a description calls right. */
export function validRequests(operation: Operation, known: Known): fc.Arbitrary<GeneratedRequest> {
  const query = operation.parameters.filter((each) => each.in === 'query');
  return fc
    .record({
      places: fc.record(pathValues(operation, known)),
      query: fc.record(
        Object.fromEntries(query.map(({ name, schema }) => [name, valuesOf(schema)])),
        { requiredKeys: [] },
      ),
      body: operation.body ? bodies(operation.body, known) : fc.constant(undefined),
      scheme: fc.nat(),
    })
    .map(({ places, query: asked, body, scheme }) => {
      const search = new URLSearchParams(asked as Record<string, string>).toString();
      return {
        kind: 'valid' as const,
        app: operation.app,
        baseUrl: operation.baseUrl,
        method: operation.method,
        path: fillPath(operation.path, places) + (search && `?${search}`),
        headers: {
          ...credential(operation, known, scheme),
          ...(operation.isTextBody ? { 'content-type': 'text/plain' } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: operation.isTextBody ? known.token : body && JSON.stringify(body),
      };
    });
}

export function fillPath(path: string, places: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_match, name: string) =>
    encodeURIComponent(places[name] ?? ''),
  );
}

function credential(operation: Operation, known: Known, pick: number) {
  const { security } = operation;
  const scheme = security[pick % Math.max(1, security.length)];
  return scheme === undefined ? {} : (known.credentials[`${operation.app}:${scheme}`] ?? {});
}

function pathValues(operation: Operation, known: Known): Record<string, fc.Arbitrary<string>> {
  const places = operation.parameters.filter((each) => each.in === 'path');
  return Object.fromEntries(
    places.map(({ name, schema }) => {
      const ids = known.ids[`${operation.app}:${name}`] ?? [];
      // A `.` or `..` is no id: it is resolved away before the request leaves.
      const made = (valuesOf(schema) as fc.Arbitrary<string>).filter((id) => !/^\.{1,2}$/.test(id));
      return [name, ids.length === 0 ? made : fc.oneof(fc.constantFrom(...ids), made)];
    }),
  );
}

/** Bodies by their schema; members that name something name what exists, now and then. */
function bodies(schema: Json, known: Known): fc.Arbitrary<Json> {
  return fc.tuple(valuesOf(schema), fc.boolean(), fc.nat()).map(([value, isKnown, pick]) => {
    const body = value as Json;
    if (!isKnown) return body;
    for (const name of Object.keys(body)) {
      const ids = known.ids[name] ?? [];
      if (ids.length > 0) body[name] = ids[pick % ids.length];
    }
    return body;
  });
}
