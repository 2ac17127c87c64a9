import { describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { noteSession, requestContext, tellTrace } from './request-context.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function request(url: string, requestId?: string | string[]): Request {
  return { url, headers: { 'x-request-id': requestId } } as unknown as Request;
}

describe('the context of a request', () => {
  it('stays the same for one request and differs between requests', () => {
    const first = request('/a');
    const context = requestContext(first);
    context.accountId = 'acc-1';
    expect(requestContext(first)).toBe(context);
    expect(requestContext(request('/a')).requestId).not.toBe(context.requestId);
  });

  it.each([
    '0190f6d4-7c1e-7a33-9b1f-0123456789ab',
    '0190F6D4-7C1E-7A33-9B1F-0123456789AB',
    '00000000-0000-0000-0000-000000000000',
  ])("keeps the client's id %s", (id) => {
    expect(requestContext(request('/', id)).requestId).toBe(id);
  });

  it.each([
    [undefined],
    [''],
    ['42'],
    ['0190f6d4-7c1e-7a33-9b1f-0123456789ab, x'],
    ['0190f6d4-7c1e-7a33-9b1f-0123456789ab\n'],
    ['{0190f6d4-7c1e-7a33-9b1f-0123456789ab}'],
    ['<script>alert(1)</script>'],
    [['0190f6d4-7c1e-7a33-9b1f-0123456789ab']],
  ])('makes an id of its own in place of %j', (offered) => {
    expect(requestContext(request('/', offered)).requestId).toMatch(UUID);
  });

  it.each([
    ['/v1/sessions/start', '/v1/sessions/start'],
    ['/a?key=SE_secret', '/a'],
    ['/a#b?c', '/a'],
    ['?a', ''],
  ])('holds the path of %s without its query', (url, path) => {
    expect(requestContext(request(url)).path).toBe(path);
  });
});

describe('the trace of a request', () => {
  const TRACE = '0af7651916cd43dd8448eb211c80319c';
  const ANOTHER = '1af7651916cd43dd8448eb211c80319c';

  /** A request whose answer has begun, or has not, and what that says of its trace. */
  function traced(traceparent?: string, headersSent = false) {
    const told: unknown[] = [];
    const context = requestContext({ url: '/', headers: { traceparent } });
    const setHeader = (...header: unknown[]) => told.push(header);
    context.answer = { headersSent, setHeader } as unknown as NonNullable<typeof context.answer>;
    tellTrace(context);
    return { context, told };
  }

  it('is its caller’s, and is said in its answer', () => {
    const { context, told } = traced(`00-${TRACE}-b7ad6b7169203331-01`);
    expect([context.traceId, told]).toEqual([TRACE, [['X-Trace-Id', TRACE]]]);
  });

  it.each([undefined, `00-${TRACE}-b7ad6b7169203331-01,x`, 'SK_never_to_be_seen_0123456789'])(
    'is none where the header says %j',
    (header) => {
      const { context, told } = traced(header);
      expect([context.traceId, told]).toEqual([undefined, []]);
    },
  );

  it('is that of the session that it is about, once that is known', () => {
    const { context, told } = traced(`00-${TRACE}-b7ad6b7169203331-01`);
    noteSession(context, { traceId: ANOTHER, id: 'record-1', vendorSessionId: 's-1' });
    expect([context.traceId, told.at(-1)]).toEqual([ANOTHER, ['X-Trace-Id', ANOTHER]]);
    expect(context.session).toEqual({ recordId: 'record-1', sessionId: 's-1' });
  });

  it.each([null, undefined])('stays where the session has none: %j', (none) => {
    const { context } = traced(`00-${TRACE}-b7ad6b7169203331-01`);
    noteSession(context, { id: 'record-1', vendorSessionId: null, traceId: none });
    expect([context.traceId, context.session]).toEqual([TRACE, { recordId: 'record-1' }]);
    noteSession(undefined, { traceId: TRACE });
  });

  it('is noted for the log where the answer has begun', () => {
    const { context, told } = traced(undefined, true);
    noteSession(context, { traceId: TRACE });
    expect([context.traceId, told]).toEqual([TRACE, []]);
  });

  it('is one that it has meanwhile where none is known, always the same', () => {
    const { context } = traced();
    const { trace } = context;
    expect([trace, context.trace, context.traceId]).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      trace,
      undefined,
    ]);
    noteSession(context, { traceId: TRACE });
    expect(context.trace).toBe(TRACE);
  });
});
