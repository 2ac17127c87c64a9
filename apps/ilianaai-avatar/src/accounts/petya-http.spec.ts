import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { petyaHttpOptions } from './petya-http.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

/** What a server does about a request: the how-manieth it is on its connection, from 1. */
type Manner = (socket: Socket, count: number) => void;

const sockets = new Set<Socket>();
let server: Server;
let url = '';
let manner: Manner;
/** The number of the connection that each request came on, from 1. */
let cameOn: number[] = [];
let bodies: unknown[] = [];

beforeEach(async () => {
  cameOn = [];
  bodies = [];
  server = createServer((socket) => {
    const connection = sockets.add(socket).size;
    let count = 0;
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      cameOn.push(connection);
      bodies.push(bytes.toString().split('\r\n\r\n')[1]);
      manner(socket, (count += 1));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => server.close(resolve));
});

describe('a call to Petya', () => {
  const petya = axios.create(petyaHttpOptions);
  const reset = (socket: Socket) => void socket.resetAndDestroy();
  const hangUp = (socket: Socket) => void socket.destroy();

  it.each([
    ['reset', reset],
    ['closed', hangUp],
  ])('on a kept connection that was %s is made once more, on another', async (_how, end) => {
    manner = (socket, count) => (count === 1 ? void socket.write(OK) : end(socket));
    const said = { said: 'once' };
    for (let call = 1; call <= 3; call += 1) expect((await petya.post(url, said)).status).toBe(200);
    expect(cameOn).toEqual([1, 1, 2, 3]);
    expect(bodies).toEqual(Array.from({ length: 4 }, () => JSON.stringify(said)));
  });

  it('fails where a new connection breaks', async () => {
    manner = reset;
    await expect(petya.get(url)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(cameOn).toEqual([1]);
  });

  it('fails where the other connection breaks as well', async () => {
    manner = (socket) => (cameOn.length === 1 ? void socket.write(OK) : reset(socket));
    await petya.get(url);
    await expect(petya.get(url)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(cameOn).toEqual([1, 1, 2]);
  });

  it('is not made again when its time is over', async () => {
    manner = (socket, count) => count === 1 && void socket.write(OK);
    await petya.get(url);
    const call = petya.get(url, { signal: AbortSignal.timeout(50) });
    await expect(call).rejects.toMatchObject({ code: 'ERR_CANCELED' });
    expect(cameOn).toEqual([1, 1]);
  });
});
