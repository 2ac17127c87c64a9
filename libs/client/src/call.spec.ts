import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CallReport, callerWith, CallTimeout } from './call.js';
import { Refusal } from './refusal.js';

let server: Server;
let url: string;
let answer: RequestListener;

beforeEach(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/sessions/token`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function answering(status: number, body: string, headers: Record<string, string> = {}): void {
  answer = (_request, response) => void response.writeHead(status, headers).end(body);
}

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'It went well.',
    (error: unknown) => error,
  );

const PROBLEM = {
  code: 942950,
  message: 'All 5 avatar sessions of this account are taken.',
  data: null,
  type: 'urn:problem:account_full',
  title: 'account_full',
  status: 429,
  instance: 'urn:request:0b8a6f0e-52b7-4d0c-9c2e-2f5d7a1f9b02',
  retryable: true,
};

describe('a refusal', () => {
  it('has what the problem says, and when to come again', async () => {
    answering(429, JSON.stringify(PROBLEM), { 'Retry-After': '5' });
    const refusal = await failureOf(callerWith()(url, { body: {}, bearer: 'SE_key' }));
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({
      name: 'Refusal',
      message: PROBLEM.message,
      status: 429,
      type: PROBLEM.type,
      problem: 'account_full',
      instance: PROBLEM.instance,
      retryable: true,
      retryAfter: 5,
      errors: [],
      isForeign: false,
    });
  });

  it('says by which trace everything of its conversation is found', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    answering(429, JSON.stringify(PROBLEM), { 'X-Trace-Id': traceId });
    expect(await failureOf(callerWith()(url, {}))).toMatchObject({ traceId });
    answering(429, JSON.stringify(PROBLEM));
    expect(await failureOf(callerWith()(url, {}))).toMatchObject({ traceId: null });
  });

  it('names the members that were refused', async () => {
    const errors = [{ pointer: '/text', message: 'must be text' }, null, { message: 'no pointer' }];
    answering(422, JSON.stringify({ ...PROBLEM, errors }));
    const refusal = await failureOf(callerWith()(url, { body: {} }));
    expect(refusal).toMatchObject({ errors: errors.slice(0, 1) });
  });

  it.each(['soon', 'Wed, 21 Oct 2026 07:28:00 GMT', '-1', '1.5', ''])(
    'says nothing of when where the header is %j',
    async (header) => {
      answering(503, JSON.stringify(PROBLEM), { 'Retry-After': header });
      expect(await failureOf(callerWith()(url, {}))).toMatchObject({ retryAfter: null });
    },
  );

  it('by somebody else has nothing of a problem', async () => {
    answering(502, '<h1>Bad gateway</h1>');
    expect(await failureOf(callerWith()(url, {}))).toMatchObject({
      status: 502,
      type: null,
      problem: '',
      retryable: false,
      isForeign: true,
    });
  });
});

describe('an answer that does not come', () => {
  const call = callerWith({ timeoutMs: 50 });

  it.each([
    ['at all', () => undefined],
    ['to its end', (_request, response) => void response.writeHead(200).write('{"data":')],
  ] satisfies [string, RequestListener][])('%s is waited for no longer', async (_what, silent) => {
    answer = silent;
    const error = await failureOf(call(url, { body: {} }));
    expect(error).toBeInstanceOf(CallTimeout);
    expect(error).toMatchObject({ name: 'TimeoutError' });
  });

  it('because nobody is there is a TypeError', async () => {
    const reports: CallReport[] = [];
    const report = (each: CallReport): void => void reports.push(each);
    const nobody = 'http://127.0.0.1:1/v1';
    expect(await failureOf(callerWith({ report })(nobody, {}))).toMatchObject({
      name: 'TypeError',
    });
    expect(reports).toEqual([{ method: 'GET', url: nobody, status: null, ms: expect.any(Number) }]);
  });
});

describe('a call that nobody wants any more', () => {
  it.each([
    ['before it is made', true],
    ['while it is under way', false],
  ])('rejects with the reason: %s', async (_when, isBefore) => {
    const ending = new AbortController();
    const reason = new Error('The visitor has gone.');
    let asked = 0;
    answer = () => {
      asked += 1;
      ending.abort(reason);
    };
    if (isBefore) ending.abort(reason);
    expect(await failureOf(callerWith()(url, { signal: ending.signal }))).toBe(reason);
    expect(asked).toBe(isBefore ? 0 : 1);
  });

  it('leaves nothing behind in a signal that outlives it', async () => {
    answering(200, '{}');
    const { signal } = new AbortController();
    const [added, removed] = [
      jest.spyOn(signal, 'addEventListener'),
      jest.spyOn(signal, 'removeEventListener'),
    ];
    await callerWith()(url, { signal });
    const own = added.mock.calls.filter(([, listener]) =>
      removed.mock.calls.some(([, gone]) => gone === listener),
    );
    expect(own).toHaveLength(1);
  });
});

describe('the trace of a call', () => {
  const traceparent = () => '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
  let said: string | undefined;
  beforeEach(() => {
    answer = ({ headers }, response) => {
      said = String(headers['traceparent']);
      response.end('{}');
    };
  });

  it('goes along with each, but for what a page sends that is being left', async () => {
    const call = callerWith({ traceparent });
    await call(url, { body: {} });
    expect(said).toBe(traceparent());
    await call(url, {});
    expect(said).toBe(traceparent());
    await call(url, { text: 'eyJ.a.b' });
    expect(said).toBe('undefined');
  });

  it('is none where nobody names one', async () => {
    await callerWith()(url, { body: {} });
    expect(said).toBe('undefined');
  });

  it('never gets into an error, where it cannot be sent', async () => {
    const error = await failureOf(callerWith({ traceparent: () => 'SE_canary\n' })(url, {}));
    expect(error).toEqual(
      new TypeError('traceparent must be printable ASCII characters without spaces.'),
    );
  });
});
