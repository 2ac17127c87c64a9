import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { ending } from './close-codes.js';
import { Leg, type LegOwner } from './leg.js';

const sockets: Socket[] = [];

afterEach(() => {
  jest.restoreAllMocks();
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function accepted(): Promise<Socket> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  sockets.push(connect((server.address() as AddressInfo).port, '127.0.0.1'));
  const [socket] = (await once(server, 'connection')) as [Socket];
  server.close();
  sockets.push(socket);
  return socket;
}

const nothing = () => undefined;
const owner: LegOwner = {
  pass: nothing,
  wants: () => false,
  message: nothing,
  ended: nothing,
  drained: nothing,
  gone: nothing,
};

describe('an end whose connection is gone', () => {
  it('is waited for no longer when it is told that it is over', async () => {
    const socket = await accepted();
    const leg = new Leg(socket, 'client', owner);
    const gone = once(socket, 'close');
    socket.destroy();
    await gone;
    const timers = jest.spyOn(globalThis, 'setTimeout');
    leg.close(ending(1000, 'session ended'));
    expect(timers).not.toHaveBeenCalled();
  });

  it('is waited for while it may still answer', async () => {
    const leg = new Leg(await accepted(), 'client', owner);
    const timers = jest.spyOn(globalThis, 'setTimeout');
    leg.close(ending(1000, 'session ended'));
    expect(timers).toHaveBeenCalledTimes(1);
  });
});
