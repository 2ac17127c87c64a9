import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { LeavingConnections } from './leaving-connections.js';

const ASK = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

let server: Server | undefined;
const opened: Socket[] = [];

afterEach(() => {
  // One whose answer nobody reads does not see that the server ended it.
  for (const socket of opened.splice(0)) socket.destroy();
  server?.closeAllConnections();
  server?.close();
});

interface Listening {
  readonly listener: Server;
  readonly leaving: LeavingConnections;
  open(): Promise<Socket>;
  /** Sends a request and resolves with the answer that is to be given. */
  ask(socket: Socket): Promise<ServerResponse>;
}

async function listening(): Promise<Listening> {
  const listener = createServer();
  server = listener;
  const leaving = new LeavingConnections(listener);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    listener,
    leaving,
    open: async () => {
      const accepted = once(listener, 'connection');
      const socket = connect((listener.address() as AddressInfo).port, '127.0.0.1');
      opened.push(socket);
      await accepted;
      return socket;
    },
    ask: async (socket) => {
      const asked = once(listener, 'request') as Promise<[unknown, ServerResponse]>;
      socket.write(ASK);
      return (await asked)[1];
    },
  };
}

function close(listener: Server): Promise<unknown> {
  const closed = once(listener, 'close');
  listener.close();
  return closed;
}

describe('a server that closes', () => {
  it('waits for no connection that was opened in advance', async () => {
    const { listener, leaving, open } = await listening();
    const socket = await open();
    socket.resume();
    const closed = close(listener);
    leaving.leave();
    await Promise.all([closed, once(socket, 'close')]);
    expect(socket.destroyed).toBe(true);
  });

  it('answers a call that is in flight, and keeps its connection no longer', async () => {
    const { listener, leaving, open, ask } = await listening();
    const socket = await open();
    const answer = await ask(socket);
    const closed = close(listener);
    leaving.leave();
    leaving.endIdle();
    answer.end('said');
    const [heard] = (await once(socket, 'data')) as [Buffer];
    expect(heard.toString()).toMatch(/^HTTP\/1\.1 200 OK[^]*\r\nConnection: close\r\n[^]*said/);
    await closed;
  });

  it('keeps none whose answer had begun before', async () => {
    const { listener, leaving, open, ask } = await listening();
    const socket = await open();
    socket.resume();
    const answer = await ask(socket);
    answer.writeHead(200, { 'Content-Length': '4' }).write('sa');
    const closed = close(listener);
    leaving.leave();
    await new Promise<void>((done) => answer.end('id', done));
    // The answer is out; its connection is idle from the next turn on.
    const sweep = setInterval(() => leaving.endIdle(), 5);
    await closed;
    clearInterval(sweep);
  });

  it('says so to whoever still asks over a connection that it had', async () => {
    const { listener, leaving, open, ask } = await listening();
    const [first, second] = [await open(), await open()];
    const answers = [await ask(first), await ask(second)];
    leaving.leave();
    answers[0]?.end();
    const [heard] = (await once(first, 'data')) as [Buffer];
    expect(heard.toString()).toContain('\r\nConnection: close\r\n');
    answers[1]?.end();
    await close(listener);
  });
});
