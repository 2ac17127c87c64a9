import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { rawFrame } from '../support/raw-frame.js';
import { until } from '../support/until.js';
import {
  type Client,
  closeCodeIn,
  openRaw,
  relayed,
  socketPath,
  vendorEnd,
} from './relay-world.js';
import { startStream, startStreamingWorld, type StreamingWorld } from './streaming-world.js';

let world: StreamingWorld;
let shop: Tenant;

beforeAll(async () => {
  world = await startStreamingWorld({
    RELAY_PING_SECONDS: '0.3',
    RELAY_STALL_SECONDS: '1',
    LEAVE_GRACE_SECONDS: '1',
  });
  shop = await world.customer();
});
afterAll(() => world.stop());

async function rawRelayed() {
  const stream = await startStream(world, shop);
  const socket = await openRaw(world.streaming.port, socketPath(stream));
  return { stream, socket, vendor: await vendorEnd(stream) };
}

/** The close code that a raw client gets. */
async function closeCode(socket: Socket): Promise<number | null> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return until('a close frame', async () => closeCodeIn(Buffer.concat(chunks)));
}

/** A good socket right after: nothing of the bad one is left. */
async function expectOthersWork(): Promise<void> {
  const { client, vendor } = await relayed(world, await startStream(world, shop));
  vendor.socket.send('hello');
  await until('a message', async () => client.got.length === 1);
  client.socket.terminate();
}

describe('what is too much', () => {
  it('is a message over 1 MiB, refused by its header, before any of it has come', async () => {
    const { socket, vendor } = await rawRelayed();
    socket.write(rawFrame({ first: 0x82, length: 1_048_577 }));
    expect(await closeCode(socket)).toBe(1009);
    expect((await vendor.ended).code).toBe(1009);
    expect(vendor.got).toEqual([]);
    await expectOthersWork();
  });

  it('is a message over 1 MiB of the vendor', async () => {
    const { client, vendor } = await relayed(world, await startStream(world, shop));
    vendor.socket.send(Buffer.alloc(5 * 1024 * 1024));
    expect((await client.ended).code).toBe(1009);
    expect(client.got).toEqual([]);
    expect((await vendor.ended).code).toBe(1009);
  });

  it('is fragments that come to more than 1 MiB together', async () => {
    const { client, vendor } = await relayed(world, await startStream(world, shop));
    const part = Buffer.alloc(600_000);
    client.socket.send(part, { fin: false });
    client.socket.send(part, { fin: true });
    expect((await client.ended).code).toBe(1009);
    expect((await vendor.ended).code).toBe(1009);
  });

  it('is a message of 128 fragments, but not one of 127', async () => {
    const fragments = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        rawFrame({ first: (index === 0 ? 2 : 0) | (index === count - 1 ? 0x80 : 0) }),
      );
    const fine = await rawRelayed();
    fine.socket.write(Buffer.concat(fragments(127)));
    await until('it has come', async () => fine.vendor.got.length === 1);
    fine.socket.destroy();
    const { socket } = await rawRelayed();
    socket.write(Buffer.concat(fragments(128)));
    expect(await closeCode(socket)).toBe(1008);
  });

  it('is 1,000 messages a second, slowed first and then refused', async () => {
    const { client, vendor } = await relayed(world, await startStream(world, shop));
    let sent = 0;
    const flood = setInterval(() => {
      for (let index = 0; index < 20 && client.socket.readyState === 1; index += 1) {
        client.socket.send(`message ${(sent += 1)}`);
      }
    }, 20);
    const began = performance.now();
    expect((await client.ended).code).toBe(1008);
    clearInterval(flood);
    expect(performance.now() - began).toBeGreaterThan(2_000);
    await vendor.ended;
    expect(vendor.got.length).toBeLessThan(sent);
    expect(vendor.got.map(({ data }) => data.toString())).toEqual(
      Array.from({ length: vendor.got.length }, (_, index) => `message ${index + 1}`),
    );
    await expectOthersWork();
  });

  it('is not the microphone of a visitor, 32 frames a second', async () => {
    const { client, vendor } = await relayed(world, await startStream(world, shop));
    for (let second = 0; second < 3; second += 1) {
      for (let index = 0; index < 32; index += 1) client.socket.send(Buffer.alloc(1040));
    }
    await until('all has come', async () => vendor.got.length === 96);
    client.socket.terminate();
  });
});

describe('an end that does not live', () => {
  it('is closed when it answers no pings; the other end is told, and the grace starts', async () => {
    const { stream, socket, vendor } = await rawRelayed();
    expect((await vendor.ended).code).toBe(1011);
    if (!socket.closed) await once(socket, 'close');
    await until('the session is stopped', async () => stream.vendor().endReason === 'stopped');
    await until('it is delivered', async () => (await stream.view()).state === 'delivered');
    expect((await stream.view()).end_reason).toBe('visitor_left');
  });

  it('is found although it is the vendor’s', async () => {
    const { client, vendor } = await relayed(world, await startStream(world, shop));
    connectionOf(vendor).pause();
    expect((await client.ended).code).toBe(1011);
  });

  it('is not one that is only silent', async () => {
    const { client, vendor } = await relayed(world, await startStream(world, shop));
    let pings = 0;
    client.socket.on('ping', () => (pings += 1));
    await until('it was pinged often', async () => pings >= 6);
    expect([client.socket.readyState, vendor.socket.readyState]).toEqual([1, 1]);
    client.socket.terminate();
  });
});

/** The TCP connection below a socket of `ws`, for ends that stop reading. */
function connectionOf({ socket }: Client): Socket {
  return (socket as unknown as { _socket: Socket })._socket;
}

describe('an end that reads nothing while the other one floods', () => {
  /** Sends until what it sends is no longer taken. */
  async function flood({ socket }: Client): Promise<{ takenBytes: number; isPaused: boolean }> {
    const chunk = Buffer.alloc(512 * 1024);
    let sent = 0;
    let isPaused = false;
    while (sent < 60 * 1024 * 1024 && socket.readyState === 1 && !isPaused) {
      socket.send(chunk);
      sent += chunk.length;
      await new Promise((resolve) => setImmediate(resolve));
      isPaused = socket.bufferedAmount > 4 * 1024 * 1024;
    }
    return { takenBytes: sent - socket.bufferedAmount, isPaused };
  }

  it.each(['client', 'vendor'] as const)(
    'is the %s: the other one is paused, both are closed with 1013, and it costs no memory',
    async (deaf) => {
      const ends = await relayed(world, await startStream(world, shop));
      const flooding = deaf === 'client' ? ends.vendor : ends.client;
      connectionOf(ends[deaf]).pause();
      const { takenBytes, isPaused } = await flood(flooding);
      expect(isPaused).toBe(true);
      // What is not with its sender any more lies in the kernel's buffers and ours.
      expect(takenBytes).toBeLessThan(20 * 1024 * 1024);
      expect((await flooding.ended).code).toBe(1013);
      connectionOf(ends[deaf]).resume();
      expect((await ends[deaf].ended).code).toBe(1013);
      await expectOthersWork();
    },
  );
});
