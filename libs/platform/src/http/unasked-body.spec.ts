import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Express, Request, Response } from 'express';
import { until } from '../../../../test/support/until.js';
import { AppError } from '../errors/app-error.js';
import { platformErrors } from '../errors/error-table.js';
import { answerClientErrors } from './client-error.js';
import { endUnread } from './end-unread.js';
import { FastExpressAdapter } from './fast-express.adapter.js';
import { readBody } from './read-body.js';
import { judgeByHeaders } from './unasked-body.js';

const MIB = 1024 * 1024;
const adapter = new FastExpressAdapter();
let server: Server;
let port: number;
/** Pieces of bodies that came out of the parser. */
let pieces = 0;
let bytesRead = 0;

beforeAll(async () => {
  adapter.getInstance<Express>().use((request: Request, response: Response) => {
    if (request.path === '/unread') void delay(5).then(() => refuse(request, response));
    else if (request.path === '/at-once') void refuseAtOnce(request, response);
    else if (request.path === '/read-and-refused') void refuseWhatWasRead(request, response);
    else if (request.path === '/late') void delay(30).then(() => read(request, response));
    else void read(request, response);
  });
  adapter.initHttpServer();
  server = adapter.getHttpServer();
  answerClientErrors(server, platformErrors);
  server.prependListener('request', countPieces);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());
beforeEach(() => {
  pieces = 0;
  bytesRead = 0;
});

function countPieces(request: IncomingMessage): void {
  const push = request.push.bind(request);
  request.push = (piece: Buffer | null, encoding) => {
    if (piece !== null) pieces += 1;
    return push(piece, encoding);
  };
}

/** As the filter that answers for a guard. */
function refuse(request: Request, response: Response): void {
  response.statusCode = 401;
  response.once('close', () => (bytesRead = request.socket.bytesRead));
  if (request.complete) response.end('{}');
  else endUnread(request, response)('{}');
}

/** As a guard that finds no credential. */
async function refuseAtOnce(request: Request, response: Response): Promise<void> {
  const judged = async () =>
    judgeByHeaders(request, () => {
      throw new AppError('key_missing');
    });
  await judged().catch(() => refuse(request, response));
}

/** As a guard whose credential is the body. */
async function refuseWhatWasRead(request: Request, response: Response): Promise<void> {
  await readBody(request, MIB);
  await refuseAtOnce(request, response);
}

async function read(request: Request, response: Response): Promise<void> {
  try {
    response.end(String((await readBody(request, MIB)).length));
  } catch (error) {
    response.statusCode = 400;
    response.setHeader('Connection', 'close');
    response.end((error as AppError).code);
  }
}

interface Manner {
  readonly later?: readonly (string | Buffer)[];
  /** Sent once something has come back. */
  readonly next?: string;
  /** Goes with the first of the answer. */
  readonly isBrief?: boolean;
}

/** Everything that comes back until the connection ends. */
function exchange(
  bytes: string,
  { later = [], next, isBrief = false }: Manner = {},
): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(bytes);
      for (const each of later) socket.write(each);
    });
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text;
      if (isBrief) socket.destroy();
    });
    if (next !== undefined) socket.once('data', () => socket.write(next));
    socket.on('close', () => resolve(received)).on('error', () => undefined);
  });
}

const connections = () =>
  new Promise<number>((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

const post = (path: string, lines: string) => `POST ${path} HTTP/1.1\r\nHost: a\r\n${lines}\r\n`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const LAST = 'Connection: close\r\n';
const crumbs = (many: number) => '1\r\na\r\n'.repeat(many);

describe('a body that nobody has asked for', () => {
  it.each([
    ['in one read', 10_000, '0\r\n\r\n'],
    ['in one read, without an end', 10_000, ''],
    ['in many reads', 200_000, '0\r\n\r\n'],
  ])('costs a bounded number of pieces, however many it has: %s', async (_how, many, end) => {
    const received = await exchange(post('/unread', CHUNKED + LAST) + crumbs(many) + end);
    expect(received).toMatch(/^HTTP\/1\.1 401 /);
    expect(pieces).toBeLessThan(300);
  });

  it.each([
    ['with a length', `Content-Length: ${64 * 1024}\r\n`, 'a'.repeat(64 * 1024)],
    ['with a length, longer than is read', `Content-Length: ${MIB}\r\n`, 'a'.repeat(MIB)],
    ['in chunks', CHUNKED, `4000\r\n${'a'.repeat(0x4000)}\r\n`.repeat(4)],
    ['in chunks of one byte', CHUNKED, crumbs(10_000)],
  ])('is never copied where the headers are refused at once: %s', async (_how, lines, body) => {
    const received = await exchange(post('/at-once', lines + LAST) + body);
    expect(received).toMatch(/^$|^HTTP\/1\.1 401 /);
    expect(pieces).toBe(0);
  });

  it.each([
    ['no chunk', 'xyz\r\nhello\r\n'],
    ['chunks of one byte, then none', `${crumbs(10_000)}xyz\r\n`],
    ['another request', `0\r\n\r\n${post('/read', `Content-Length: 5\r\n${LAST}`)}hello`],
  ])('is not even parsed where the headers are refused at once: %s', async (_what, body) => {
    const received = await exchange(post('/at-once', CHUNKED) + body);
    expect(received).toMatch(/^HTTP\/1\.1 401 [^]*\r\n\{\}$/);
    expect(received.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it.each(['/at-once', '/read-and-refused'])(
    'that was refused leaves the connection as it was for the next request: %s',
    async (path) => {
      const first = `${post(path, 'Content-Length: 5\r\n')}hello`;
      const second = `${post('/read', `Content-Length: 5\r\n${LAST}`)}hello`;
      const received = await exchange(first, { next: second });
      expect(received).toMatch(/^HTTP\/1\.1 401 [\s\S]*HTTP\/1\.1 200 [\s\S]*\r\n5$/);
    },
  );

  it.each(
    ['/unread', '/at-once'].flatMap((path): [string, string, string, string | Buffer][] => [
      [path, 'with a length', `Content-Length: ${16 * MIB}\r\n`, Buffer.alloc(16 * MIB, 'a')],
      [path, 'in chunks', CHUNKED, `4000\r\n${'a'.repeat(0x4000)}\r\n`.repeat(1_000)],
      [path, 'in tiny chunks', CHUNKED, crumbs(1_000_000)],
    ]),
  )('is hardly read: %s, %s', async (path, _how, lines, body) => {
    const received = await exchange(post(path, lines), { later: [body] });
    // A sender that goes on may lose the answer with the connection.
    expect(received).toMatch(/^$|^HTTP\/1\.1 401 /);
    expect(bytesRead).toBeGreaterThan(0);
    expect(bytesRead).toBeLessThanOrEqual(256 * 1024);
  });

  it.each(
    ['/at-once', '/unread'].flatMap((path) => [
      [path, 'has no end', CHUNKED, '5\r\nhello\r\n'],
      [path, 'is no chunks', CHUNKED, 'xyz\r\nhello\r\n'],
      [path, 'is longer than is read', `Content-Length: ${MIB}\r\n`, 'a'.repeat(MIB)],
    ]),
  )('leaves no connection behind: %s, when it %s', async (path, _what, lines, body) => {
    const received = await exchange(post(path, lines) + body);
    expect(received).toMatch(/^$|^HTTP\/1\.1 40[01] /);
    await until('all are gone', async () => (await connections()) === 0);
  });

  it('leaves the connection as it was for the next request', async () => {
    const first = `${post('/unread', CHUNKED)}${crumbs(1_000)}0\r\n\r\n`;
    const second = `${post('/read', `Content-Length: 5\r\n${LAST}`)}hello`;
    const received = await exchange(first + second);
    expect(received).toMatch(/^HTTP\/1\.1 401 /);
    expect(received).toMatch(/\r\n5$/);
  });

  it.each(['/unread', '/at-once'])('leaves no parser that is deaf to others: %s', async (path) => {
    for (let index = 0; index < 20; index += 1) {
      await exchange(post(path, CHUNKED) + crumbs(10_000), { isBrief: true });
      const body = `${post('/read', `Content-Length: 5\r\n${LAST}`)}hello`;
      expect(await exchange(body)).toMatch(/\r\n5$/);
    }
  });

  it('is refused where part of it was dropped, and never taken for the whole', async () => {
    const received = await exchange(`${post('/late', CHUNKED)}${crumbs(1_000)}0\r\n\r\n`);
    expect(received).toMatch(/^HTTP\/1\.1 400 /);
    expect(received).toMatch(/bad_request$/);
  });
});

describe('a body that is asked for', () => {
  it.each([
    ['at once', '/read', 50_000],
    ['late, in as many pieces as are kept', '/late', 256],
  ])('is read in any number of pieces: %s', async (_when, path, many) => {
    const received = await exchange(`${post(path, CHUNKED + LAST)}${crumbs(many)}0\r\n\r\n`);
    expect(received).toMatch(new RegExp(`\\r\\n${many}$`));
  });
});
