import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { AvatarError } from '../../errors.js';
import { acceptOf } from '../socket/socket-accept.js';
import { openHeyGenSocket } from './heygen.socket.js';

const NEVER = new AbortController().signal;
const servers: Server[] = [];
const sockets: Socket[] = [];

/** A vendor that answers a handshake as a test says, from the key that it was given. */
async function vendor(answer: (socket: Socket, key: string) => void): Promise<string> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', (head: Buffer) => {
      const [, key = ''] = /sec-websocket-key: (\S+)/i.exec(head.toString('latin1')) ?? [];
      answer(socket, key);
    });
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function switching(...headers: readonly string[]): string {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  return [...lines, ...headers, '', ''].join('\r\n');
}

/** The code with which a handshake fails. */
async function failure(baseUrl: string, signal = NEVER): Promise<string> {
  return openHeyGenSocket(baseUrl, 'a=b', signal, 300).then(
    () => 'none',
    (error: unknown) => (error instanceof AvatarError ? error.code : 'other'),
  );
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

describe('the vendor’s socket', () => {
  it('opens with the right answer, and loses nothing that came with it', async () => {
    const url = await vendor((socket, key) =>
      socket.write(`${switching(`Sec-WebSocket-Accept: ${acceptOf(key)}`)}\x81\x02hi`, 'latin1'),
    );
    const { socket, head } = await openHeyGenSocket(url, 'a=b', NEVER);
    expect(head.toString('latin1')).toBe('\x81\x02hi');
    socket.destroy();
  });

  it.each([
    ['another key', () => switching('Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=')],
    [
      'an extension that nobody offered',
      (key: string) =>
        switching(
          `Sec-WebSocket-Accept: ${acceptOf(key)}`,
          'Sec-WebSocket-Extensions: permessage-deflate',
        ),
    ],
  ])('is not opened by an answer with %s', async (_what, answer) => {
    const url = await vendor((socket, key) => socket.write(answer(key)));
    expect(await failure(url)).toBe('vendor_garbled');
  });

  it.each([
    ['200 OK', 'Content-Length: 0'],
    ['302 Found', 'Location: http://127.0.0.1:1/'],
    ['503 Busy', 'Connection: close'],
  ])('is refused with %s', async (status, header) => {
    const url = await vendor((socket) => socket.write(`HTTP/1.1 ${status}\r\n${header}\r\n\r\n`));
    expect(await failure(url)).toBe('vendor_refused');
  });

  it('is waited for only so long, also when the answer comes byte by byte', async () => {
    expect(await failure(await vendor(() => undefined))).toBe('vendor_timeout');
    const dripping = await vendor((socket) => {
      const bytes = [...switching('X: '.padEnd(200, 'x'))];
      const drip = setInterval(() => socket.write(bytes.shift() ?? 'x'), 20);
      socket.once('close', () => clearInterval(drip));
    });
    expect(await failure(dripping)).toBe('vendor_timeout');
  });

  it('is not reached: no listener, a reset, an answer that is none, endless headers', async () => {
    const gone = await vendor(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const reset = await vendor((socket) => socket.resetAndDestroy());
    const garbage = await vendor((socket) => socket.write('no HTTP at all\r\n\r\n'));
    const endless = await vendor((socket) => socket.write(switching(`X: ${'x'.repeat(20_000)}`)));
    for (const url of [gone, reset, garbage, endless]) {
      expect(await failure(url)).toBe('vendor_unreachable');
    }
  });

  it('is given up when nobody waits for it any more', async () => {
    const aborting = new AbortController();
    const url = await vendor(() => aborting.abort());
    expect(await failure(url, aborting.signal)).toBe('vendor_unreachable');
  });
});
