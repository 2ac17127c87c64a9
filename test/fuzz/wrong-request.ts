import fc from 'fast-check';
import { type GeneratedRequest, type Known, MARKER, validRequests } from './generated-request.js';
import type { Json, Operation } from './operations.js';

type Wrong = readonly [flaw: string, request: GeneratedRequest];
type Flaw = (request: GeneratedRequest, operation: Operation, pick: number) => Wrong | null;

/** Requests that are wrong in exactly one way, so that a 2xx is a failure. */
export function wrongRequests(operation: Operation, known: Known): fc.Arbitrary<GeneratedRequest> {
  return fc
    .tuple(validRequests(operation, known), fc.nat(), fc.nat())
    .map(([request, which, pick]) => {
      for (let step = 0; step < FLAWS.length; step += 1) {
        const wrong = FLAWS[(which + step) % FLAWS.length]?.(request, operation, pick);
        if (wrong) return { ...wrong[1], kind: 'negative' as const, flaw: wrong[0] };
      }
      throw new Error(`nothing can be wrong with ${operation.method} ${operation.path}`);
    });
}

/** Whether a request to this route can be wrong at all: health needs nothing. */
export function canBeWrong(operation: Operation): boolean {
  return operation.security.length > 0 || operation.isTextBody;
}

const WRONG_CREDENTIALS: readonly Record<string, string>[] = [
  {},
  { 'x-api-key': '' },
  { 'x-api-key': `SE_${MARKER}` },
  { 'x-api-key': '{"$ne":null}' },
  { authorization: 'Bearer ' },
  { authorization: `Bearer ${MARKER}` },
  { authorization: `Basic ${MARKER}` },
  { authorization: `Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.` },
  { 'x-api-key': 'a'.repeat(8_000) },
  { cookie: `x-api-key=${MARKER}` },
];

const WRONG_BODIES = [
  '{',
  '[]',
  'null',
  '"text"',
  '1',
  `{"a":${'['.repeat(30)}${']'.repeat(30)}}`,
  `{"__proto__":{"x":"${MARKER}"}}`,
  '{"constructor":{}}',
  '{"a":NaN}',
  `{'a':1}`,
  '\u0000',
  `{"${'x'.repeat(70_000)}":1}`,
];

const WRONG_MEDIA: readonly Record<string, string>[] = [
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'content-type': 'application/json; charset=utf-7' },
  { 'content-type': 'application/json; charset=utf-16le' },
  { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  { 'content-type': 'text/html' },
];

const WRONG_IDS = [
  '..%2f..%2fadmin',
  '%00',
  'a'.repeat(9_000),
  '%3F',
  '%23x',
  'a%20b',
  '%24gt',
  'é',
];

const FLAWS: readonly Flaw[] = [
  (request, operation, pick) =>
    operation.security.length === 0
      ? null
      : [
          'credential',
          { ...request, headers: withoutCredential(request, at(WRONG_CREDENTIALS, pick)) },
        ],
  (request, { body }, pick) =>
    body === null ? null : ['body', { ...request, ...json(at(WRONG_BODIES, pick), request) }],
  (request, { body, isTextBody }, pick) =>
    body === null && !isTextBody
      ? null
      : [
          'media type',
          {
            ...request,
            body: request.body ?? '{}',
            headers: { ...request.headers, ...at(WRONG_MEDIA, pick) },
          },
        ],
  (request, { body }) => {
    // The plugin's bodies pass it over, as their description says.
    if (body === null || body['additionalProperties'] === true) return null;
    const members = { ...parse(request.body), zzUnknown: MARKER };
    return ['unknown member', { ...request, ...json(JSON.stringify(members), request) }];
  },
  (request, { body }, pick) => {
    const names = Object.keys(body?.['properties'] ?? {});
    const name = names[pick % Math.max(1, names.length)];
    if (body === null || name === undefined) return null;
    const schema = ((body['properties'] as Json)[name] ?? {}) as Json;
    const members = { ...parse(request.body), [name]: at(wrongValues(schema), pick) };
    return [`type of ${name}`, { ...request, ...json(JSON.stringify(members), request) }];
  },
  (request, { body }, pick) => {
    const required = (body?.['required'] ?? []) as string[];
    const name = required[pick % Math.max(1, required.length)];
    if (name === undefined) return null;
    const { [name]: _left, ...members } = parse(request.body);
    return [`missing ${name}`, { ...request, ...json(JSON.stringify(members), request) }];
  },
  (request, operation, pick) => {
    const place = operation.parameters.find((each) => each.in === 'path');
    if (!place) return null;
    const segments = operation.path.split('/').indexOf(`{${place.name}}`);
    const path = request.path.split('/');
    path[segments] = at(WRONG_IDS, pick);
    return ['path id', { ...request, path: encodeURI(path.join('/')).replaceAll('%25', '%') }];
  },
  (request, { parameters }, pick) => {
    if (!parameters.some((each) => each.in === 'query')) return null;
    const wrong = ['limit=0', 'limit=-1', 'limit=101', 'limit=1&limit=2', 'zz=1', '[$gt]=1'];
    const [path = ''] = request.path.split('?');
    return ['query', { ...request, path: `${path}?${at(wrong, pick)}` }];
  },
];

/** Values of every type that the member's schema does not allow. */
function wrongValues(schema: Json): unknown[] {
  const branches = (schema['anyOf'] ?? [schema]) as Json[];
  const types = new Set(branches.flatMap(({ type }) => type));
  if (types.has('integer')) types.add('number');
  const all: [string, unknown][] = [
    ['object', { $ne: null }],
    ['object', { $where: MARKER }],
    ['array', [MARKER]],
    ['number', 7],
    ['boolean', true],
    ['null', null],
    ['string', MARKER],
  ];
  return all.filter(([type]) => !types.has(type)).map(([, value]) => value);
}

function withoutCredential({ headers }: GeneratedRequest, instead: Record<string, string>) {
  const { 'x-api-key': _key, authorization: _token, ...others } = headers;
  return { ...others, ...instead };
}

function json(body: string, request: GeneratedRequest) {
  return { body, headers: { ...request.headers, 'content-type': 'application/json' } };
}

function parse(body: string | undefined): Json {
  return body === undefined ? {} : (JSON.parse(body) as Json);
}

function at<T>(list: readonly T[], pick: number): T {
  return list[pick % list.length] as T;
}
