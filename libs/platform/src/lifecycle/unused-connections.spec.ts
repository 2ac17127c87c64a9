import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { UnusedConnections } from './unused-connections.js';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listening(): Promise<{ unused: UnusedConnections; open: () => Promise<Socket> }> {
  const listener = createServer((_request, response) => void setTimeout(() => response.end(), 100));
  server = listener;
  const unused = new UnusedConnections(listener);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const open = async (): Promise<Socket> => {
    const accepted = once(listener, 'connection');
    const socket = connect((listener.address() as AddressInfo).port, '127.0.0.1');
    await accepted;
    return socket;
  };
  return { unused, open };
}

describe('connections that were opened in advance', () => {
  it('do not hold up a server that closes', async () => {
    const { unused, open } = await listening();
    const socket = await open();
    socket.resume();
    const closed = once(server as Server, 'close');
    server?.close();
    unused.destroy();
    await Promise.all([closed, once(socket, 'close')]);
    expect(socket.destroyed).toBe(true);
  });

  it('are left alone once a request comes over them', async () => {
    const { unused, open } = await listening();
    const socket = await open();
    const asked = once(server as Server, 'request');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await asked;
    unused.destroy();
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK/);
  });
});
