import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { platformErrors } from '../errors/error-table.js';
import { errorBodySchema } from '../openapi/error-body.schema.js';
import { answerClientErrors } from './client-error.js';

const server = createServer({ maxHeaderSize: 2_048 }, (request, response) => {
  // As a body that is refused before it was read.
  if (request.url === '/early') response.write('early');
  else if (request.url === '/last') response.setHeader('Connection', 'close').end('last');
  else response.end('fine');
});
answerClientErrors(server, platformErrors);
const validate = new Ajv().compile(errorBodySchema);

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

/**
 * Everything the server answers to these bytes until it closes the connection.
 * @param later sent once something has come back
 */
function exchange(to: Server, bytes: string, later?: string): Promise<string> {
  const { port } = to.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    if (later !== undefined) socket.once('data', () => socket.write(later));
    socket.on('end', () => resolve(answer)).on('error', reject);
  });
}

const head = 'GET / HTTP/1.1\r\nHost: a\r\n';

describe("what Node's parser refuses", () => {
  it.each([
    ['no HTTP at all', 'hello there\r\n\r\n', 400, 'bad_request'],
    ['a NUL in a header', `${head}X-A: a\u0000b\r\n\r\n`, 400, 'bad_request'],
    ['a folded header', `${head}X-A: a\r\n b\r\n\r\n`, 400, 'bad_request'],
    [
      'a length beside chunks',
      `${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'bad_request',
    ],
    ['a bad length', `${head}Content-Length: abc\r\n\r\n`, 400, 'bad_request'],
    ['headers too large', `${head}X-A: ${'a'.repeat(3_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ])('is answered with our body: %s', async (_what, bytes, status, problem) => {
    const answer = await exchange(server, bytes);
    const [headers = '', json = ''] = answer.split('\r\n\r\n');
    expect(headers).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(headers).toContain('\r\nConnection: close');
    expect(headers).toContain('\r\nContent-Type: application/problem+json');
    expect(headers).toContain(`\r\nContent-Length: ${Buffer.byteLength(json)}`);
    const body = JSON.parse(json) as { type: string; instance: string };
    expect(validate(body)).toBe(true);
    expect(body.type).toBe(`urn:problem:${problem}`);
    expect(headers).toContain(`\r\nX-Request-Id: ${body.instance.slice('urn:request:'.length)}`);
  });

  it('is not answered a second time where an answer has begun', async () => {
    const early = head.replace('/', '/early').replace('GET', 'POST');
    const answer = await exchange(server, `${early}Transfer-Encoding: chunked\r\n\r\n`, 'zzzz\r\n');
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
    expect(answer).toContain('early');
  });

  it('is not answered behind an answer that was to be the last', async () => {
    const answer = await exchange(
      server,
      `${head.replace('/', '/last')}\r\n${head}\r\ngarbage\r\n\r\n`,
    );
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
    expect(answer).toMatch(/last$/);
  });

  it('does not keep a good request from being answered right after', async () => {
    await exchange(server, 'garbage\r\n\r\n');
    expect(await exchange(server, `${head}Connection: close\r\n\r\n`)).toMatch(/fine$/);
  });
});

describe('who is too slow', () => {
  const slow = createServer(
    { headersTimeout: 100, connectionsCheckingInterval: 20 },
    (_request, response) => response.end('fine'),
  );
  answerClientErrors(slow, platformErrors);
  beforeAll(() => new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => slow.close(resolve)));

  // A browser opens connections before it needs them. An answer on one of them would be taken for
  // the answer to the first request, which may be on its way at this moment.
  it.each([
    ['is not answered where no request has begun', '', undefined, []],
    ['is answered amid a request', head, undefined, [408]],
    ['is answered amid a later request', `${head}\r\n`, head, [200, 408]],
  ])('%s', async (_what, bytes, later, statuses) => {
    const answer = await exchange(slow, bytes, later);
    const seen = [...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
    expect(seen).toEqual(statuses);
    if (statuses.length === 0) expect(answer).toBe('');
  });
});
