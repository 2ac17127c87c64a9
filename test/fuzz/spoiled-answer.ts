import fc from 'fast-check';
import { applyEdit, edits } from './mutated-request.js';
import type { WholeAnswer } from './answer-proxy.js';

/** In every text that a spoiled answer carries and ours never should. */
export const FOREIGN_TEXT = 'zq7foreign';

const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  '',
  FOREIGN_TEXT,
  '\u0000',
  [],
  [FOREIGN_TEXT],
  {},
  { $ne: null },
  'x'.repeat(20_000),
  '../../admin',
  'https://evil.test/',
  'javascript:alert(1)',
  'ws://user:word@evil.test',
];

const STATUSES = [200, 201, 202, 204, 301, 307, 400, 401, 402, 403, 404, 409, 410, 413, 418, 422];
const ERRORS = [429, 500, 501, 502, 503, 504, 599];

const PAGES = [
  '',
  'null',
  '[]',
  '"text"',
  '{"code":1000}',
  '{"code":1000,"data":null}',
  `{"code":4006,"message":"${FOREIGN_TEXT}","data":{}}`,
  `<html><body>${FOREIGN_TEXT}</body></html>`,
  '{"data":'.repeat(3_000),
  '['.repeat(50_000),
  '\u0000\u0001\u0002',
  `{"message":"${FOREIGN_TEXT}","data":"${FOREIGN_TEXT}"}`,
];

const RETRY_AFTERS = [
  '1',
  '0',
  '-5',
  '1e9',
  '315360000',
  'soon',
  '',
  'Wed, 21 Oct 2099 07:28:00 GMT',
];

const inMember = fc
  .tuple(fc.nat(), fc.constantFrom(...VALUES))
  .map(([pick, value]) => (answer: WholeAnswer): WholeAnswer => ({
    ...answer,
    body: withMember(answer.body, pick, value),
  }));

const inBytes = fc
  .array(edits, { minLength: 1, maxLength: 4 })
  .map((changes) => (answer: WholeAnswer): WholeAnswer => ({
    ...answer,
    body: Buffer.from(changes.reduce(applyEdit, answer.body.toString('utf8'))),
  }));

const inStatus = fc
  .tuple(fc.constantFrom(...STATUSES, ...ERRORS), fc.constantFrom(...RETRY_AFTERS))
  .map(([status, wait]) => (answer: WholeAnswer): WholeAnswer => ({
    ...answer,
    status,
    headers: {
      ...answer.headers,
      'retry-after': wait,
      location: 'http://127.0.0.1:9/stolen',
      'x-powered-by': FOREIGN_TEXT,
    },
  }));

const inPage = fc
  .tuple(fc.constantFrom(...PAGES), fc.constantFrom(200, 200, 400, 403, 500))
  .map(([page, status]) => (answer: WholeAnswer): WholeAnswer => ({
    status,
    headers: { ...answer.headers, 'content-type': 'text/html' },
    body: Buffer.from(page),
  }));

const inTransport = fc
  .tuple(fc.nat(2), fc.nat(40))
  .map(([how, after]) => (answer: WholeAnswer): WholeAnswer => {
    if (how === 0) return { ...answer, isReset: true };
    if (how === 1) return { ...answer, cutAfter: after };
    return { ...answer, body: Buffer.alloc(2 * 1024 * 1024, 'x') };
  });

/** What can be done to an answer on its way. */
export const spoils = fc.oneof(inMember, inMember, inBytes, inStatus, inPage, inTransport);

type Json = Record<string, unknown>;

/** Puts a value in the place of one member, anywhere in the JSON. */
function withMember(body: Buffer, pick: number, value: unknown): Buffer {
  try {
    const json = JSON.parse(body.toString('utf8')) as unknown;
    const places = placesOf(json);
    const [holder, name] = places[pick % places.length] ?? [];
    if (holder && name !== undefined) {
      if (pick % 7 === 0) delete holder[name];
      else holder[name] = value;
    }
    return Buffer.from(JSON.stringify(json));
  } catch {
    return body;
  }
}

function placesOf(value: unknown): [Json, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]): [Json, string][] => [
    [value as Json, name],
    ...placesOf(member),
  ]);
}
