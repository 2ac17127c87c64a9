import { describe, expect, it } from '@jest/globals';
import { allowedHeaders } from './allowed-headers.js';

const USUAL =
  'Content-Type, X-Api-Key, Authorization, X-Visitor-Token, Idempotency-Key, X-Request-Id, traceparent';
const names = (count: number) => Array.from({ length: count }, (_none, at) => `x-${at}`);

describe('the headers a preflight may ask for', () => {
  it.each([
    ['content-type,x-api-key', 'content-type, x-api-key'],
    ['sentry-trace,baggage,traceparent', 'sentry-trace, baggage, traceparent'],
    ['x-b3-traceid, x-b3-spanid ,newrelic', 'x-b3-traceid, x-b3-spanid, newrelic'],
    ['X-Datadog-Trace-Id', 'X-Datadog-Trace-Id'],
    ["!#$%&'*+.^_`|~09az", "!#$%&'*+.^_`|~09az"],
    [',content-type,,', 'content-type'],
    [names(64).join(','), names(64).join(', ')],
    ['x'.repeat(2_048), 'x'.repeat(2_048)],
  ])('are those it asks for: %s', (asked, allowed) => {
    expect(allowedHeaders(asked)).toBe(allowed);
  });

  it.each([
    ['nothing', undefined],
    ['an empty list', ''],
    ['only commas', ', ,'],
    ['a star and a space', 'x y'],
    ['a colon', 'x:y'],
    ['a line end', 'x\r\nSet-Cookie'],
    ['a letter beyond ASCII', 'é'],
    ['a quote', '"x"'],
    ['one of them no name', 'content-type,(x)'],
    ['65 names', names(65).join(',')],
    ['more than 2 KiB', 'x'.repeat(2_049)],
  ])('are our own where they cannot be allowed: %s', (_what, asked) => {
    expect(allowedHeaders(asked)).toBe(USUAL);
  });
});
