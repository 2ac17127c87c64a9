import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Express, Request, Response } from 'express';
import { FastExpressAdapter } from './fast-express.adapter.js';

const adapter = new FastExpressAdapter();
/** In which turn of the event loop each request was handled. */
const handled: { readonly path: string; readonly turn: number }[] = [];
let turn = 0;
let atOnce = 0;
let mostAtOnce = 0;
let server: Server;
let counting: NodeJS.Immediate;

function count(): void {
  turn += 1;
  counting = setImmediate(count);
}

beforeAll(async () => {
  adapter.getInstance<Express>().use((request: Request, response: Response) => {
    handled.push({ path: request.path, turn });
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    setImmediate(() => {
      atOnce -= 1;
      if (request.path === '/last') response.setHeader('Connection', 'close');
      response.end(request.path);
    });
  });
  adapter.initHttpServer();
  server = adapter.getHttpServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  count();
});
afterAll(() => {
  clearImmediate(counting);
  server.close();
});

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

/** Sends requests in one piece; everything that comes back until the connection ends. */
function exchange(paths: readonly string[]): Promise<string> {
  handled.length = 0;
  mostAtOnce = 0;
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(paths.map(get).join('')));
    let received = '';
    socket.setEncoding('latin1').on('data', (text: string) => (received += text));
    socket.on('close', () => resolve(received)).on('error', () => undefined);
  });
}

const paths = (many: number) => Array.from({ length: many }, (_unused, index) => `/${index}`);

describe('requests that come in one piece on one connection', () => {
  it('are handled one after the other, each in a turn of its own', async () => {
    const sent = [...paths(2_000), '/last'];
    const received = await exchange(sent);
    expect(received.match(/\/(\d+|last)(?=HTTP|$)/g)).toEqual(sent);
    expect(handled.map(({ path }) => path)).toEqual(sent);
    expect(mostAtOnce).toBe(1);
    expect(new Set(handled.map((each) => each.turn)).size).toBe(sent.length);
  });

  it('are not handled behind one that ends the connection', async () => {
    await exchange(['/1', '/last', '/2', '/3']);
    expect(handled.map(({ path }) => path)).toEqual(['/1', '/last']);
  });

  it('are not kept without end', async () => {
    const received = await exchange([...paths(20_000), '/last']);
    expect(received).not.toContain('/last');
    expect(handled.length).toBeLessThan(10_000);
  });
});
