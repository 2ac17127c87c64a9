import fc from 'fast-check';
import { applyEdit, edits } from './mutated-request.js';

const TARGETS = [
  '/',
  '/v1/sessions/token',
  '/v1/sessions/abc',
  '/v1/streaming.avatar_message',
  '/api/v1/account/config',
  '/api/v1/visitors/init',
  '//v1//sessions/token',
  '/v1/sessions/%2e%2e/token',
  '/v1/sessions/a;x=1',
  '/v1/sessions/%00',
  '/v1/sessions/%zz',
  '*',
  'http://evil.test/v1/sessions/token',
  `/${'a'.repeat(9_000)}`,
];

const METHODS = [
  'GET',
  'POST',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'DELETE',
  'PROPFIND',
  'CONNECT',
];

const HEADERS = [
  'Host: a',
  'Host: b',
  'X-Api-Key: SE_0000000000000000',
  'x-api-key: SE_1111111111111111',
  'Authorization: Bearer SE_0000000000000000',
  'Content-Type: application/json',
  'Content-Type: text/plain',
  'Content-Encoding: gzip',
  'Content-Length: 2',
  'Content-Length: 1000000000',
  'Content-Length: -1',
  'Content-Length: 0x2',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding: chunked, identity',
  'Expect: 100-continue',
  'Expect: nothing',
  'Upgrade: websocket\r\nConnection: Upgrade',
  'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings',
  'Connection: close',
  'Origin: null',
  'Origin: https://shop.example.com',
  'X-Forwarded-For: 127.0.0.1, , ::1',
  'X-HTTP-Method-Override: DELETE',
  'Cookie: a=b',
  ' folded: line',
  'NoColon',
  'Nul: a\u0000b',
  `Long: ${'x'.repeat(20_000)}`,
  Array.from({ length: 120 }, (_, index) => `X-${index}: 1`).join('\r\n'),
];

const BODIES = [
  '',
  '{}',
  '2\r\n{}\r\n0\r\n\r\n',
  'xyz\r\n',
  '{"a":',
  'ffffffffff\r\n{}',
  '\u0000\u0001',
];

const requests = fc
  .record({
    method: fc.constantFrom(...METHODS),
    target: fc.constantFrom(...TARGETS),
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9'),
    headers: fc.array(fc.constantFrom(...HEADERS), { maxLength: 6 }),
    hasHost: fc.boolean(),
    body: fc.constantFrom(...BODIES),
  })
  .map(({ method, target, version, headers, hasHost, body }) =>
    [`${method} ${target} ${version}`, ...(hasHost ? ['Host: a'] : []), ...headers, '', body].join(
      '\r\n',
    ),
  );

/** Byte streams that look like HTTP to some degree, as latin1 text. */
export const rawStreams: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: requests },
  {
    weight: 4,
    arbitrary: fc
      .tuple(requests, fc.array(edits, { minLength: 1, maxLength: 5 }))
      .map(([request, changes]) => changes.reduce(applyEdit, request)),
  },
  // Several on one connection.
  {
    weight: 2,
    arbitrary: fc.array(requests, { minLength: 2, maxLength: 4 }).map((all) => all.join('')),
  },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ minLength: 1, maxLength: 500 })
      .map((bytes) => Buffer.from(bytes).toString('latin1')),
  },
);
