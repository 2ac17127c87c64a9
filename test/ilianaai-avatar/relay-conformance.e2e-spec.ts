import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { rawFrame } from '../support/raw-frame.js';
import { until } from '../support/until.js';
import {
  type Client,
  openClient,
  openRaw,
  socketPath,
  socketUrl,
  vendorEnd,
} from './relay-world.js';
import {
  type Stream,
  startStream,
  startStreamingWorld,
  type StreamingWorld,
} from './streaming-world.js';

/*
 * Every case runs twice: against the vendor's socket itself and through the relay. What the client
 * gets must be the same.
 */

let world: StreamingWorld;
let shop: Tenant;

beforeAll(async () => {
  world = await startStreamingWorld({ RELAY_MESSAGES_PER_SECOND: '100000' });
  shop = await world.customer();
  await world.vendor.set({ heygenSocket: 'echo' });
});
afterAll(() => world.stop());

type Way = 'direct' | 'relayed';

interface Target {
  readonly stream: Stream;
  readonly url: string;
  readonly port: number;
  readonly path: string;
}

async function target(way: Way): Promise<Target> {
  const stream = await startStream(world, shop);
  if (way === 'relayed') {
    const path = socketPath(stream);
    const url = socketUrl(world.streaming, path);
    return { stream, url, path, port: world.streaming.port };
  }
  const path = socketPath({ ...stream, token: stream.vendor().token });
  const { port, url } = world.simulator;
  return { stream, path, port, url: `${url.replace('http', 'ws')}${path}` };
}

/** Holds the outcome through the relay against the outcome without it. */
async function expectSame<T>(run: (target: Target) => Promise<T>): Promise<T> {
  const direct = await run(await target('direct'));
  const through = await run(await target('relayed'));
  expect(through).toEqual(direct);
  return through;
}

const digest = ({ got }: Client) =>
  got.map(
    ({ data, isBinary }) => `${isBinary ? 'b' : 't'}${data.length}:${data.toString('base64')}`,
  );

describe('echoed messages are the same', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 131_072, 1_048_575, 1_048_576])(
    'of %d bytes, binary and text',
    async (size) => {
      const bytes = randomBytes(size);
      const text = 'é'.repeat(Math.floor(size / 2)) + 'x'.repeat(size % 2);
      const got = await expectSame(async ({ url }) => {
        const client = await openClient(url);
        client.socket.send(bytes);
        client.socket.send(text);
        await until('both are back', async () => client.got.length === 2);
        client.socket.terminate();
        return digest(client);
      });
      expect(got).toHaveLength(2);
    },
  );

  it('in fragments, with pings between them', async () => {
    await expectSame(async ({ url }) => {
      const client = await openClient(url);
      const pongs: string[] = [];
      client.socket.on('pong', (payload) => pongs.push(payload.toString()));
      for (const [index, part] of ['frag', 'ments ', 'ünd pings'].entries()) {
        client.socket.send(part, { fin: index === 2, binary: false });
        client.socket.ping(`ping ${index}`);
      }
      await until('all is back', async () => client.got.length === 1 && pongs.length === 3);
      client.socket.terminate();
      return { got: digest(client), pongs };
    });
  });

  it('cut inside of characters, one byte a fragment and one byte a packet', async () => {
    const bytes = Buffer.from('a✓𝄞é');
    const frames = [...bytes].map((byte, index) => {
      const fin = index === bytes.length - 1 ? 0x80 : 0;
      return rawFrame({ first: fin | (index === 0 ? 1 : 0), payload: Buffer.from([byte]) });
    });
    const echoed = await expectSame(async ({ port, path }) => {
      const socket = await openRaw(port, path);
      const got = collected(socket);
      for (const byte of Buffer.concat(frames)) socket.write(Buffer.from([byte]));
      await until('it is back', async () => got().length >= bytes.length + 2);
      socket.destroy();
      return got().toString('base64');
    });
    expect(Buffer.from(echoed, 'base64').subarray(2)).toEqual(bytes);
  });

  it('a thousand in one go', async () => {
    await expectSame(async ({ url }) => {
      const client = await openClient(url);
      for (let index = 0; index < 1000; index += 1) client.socket.send(`message ${index}`);
      await until('all are back', async () => client.got.length === 1000);
      client.socket.terminate();
      return digest(client);
    });
  });

  it('to a slow reader', async () => {
    await expectSame(async ({ url, stream }) => {
      const client = await openClient(url);
      const vendor = await vendorEnd(stream);
      client.socket.pause();
      for (let index = 0; index < 40; index += 1) {
        vendor.socket.send(Buffer.alloc(100_000, index));
      }
      client.socket.send('last');
      const reading = setInterval(() => {
        client.socket.resume();
        setImmediate(() => client.socket.pause());
      }, 5);
      await until('all has come', async () => client.got.length === 41);
      clearInterval(reading);
      client.socket.terminate();
      return client.got.map(({ data }) => `${data.length} ${data[0]}`);
    });
  });
});

function collected(socket: Socket): () => Buffer {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks);
}

describe('closing looks the same', () => {
  it.each([
    ['a code and a reason', 1000, 'bye'],
    ['a private code', 4321, ''],
    ['the longest reason', 1000, 'é'.repeat(61)],
    ['no code', undefined, undefined],
  ])('begun by the client with %s', async (_what, code, reason) => {
    await expectSame(async ({ url }) => {
      const client = await openClient(url);
      client.socket.close(code, reason);
      return client.ended;
    });
  });

  it.each([
    ['a code and a reason', 1000, 'bye'],
    ['going away', 1001, ''],
    ['no code', undefined, undefined],
  ])('begun by the vendor with %s', async (_what, code, reason) => {
    await expectSame(async ({ url, stream }) => {
      const client = await openClient(url);
      (await vendorEnd(stream)).socket.close(code, reason);
      return client.ended;
    });
  });

  it('begun by both at once', async () => {
    await expectSame(async ({ url, stream }) => {
      const client = await openClient(url);
      const vendor = await vendorEnd(stream);
      client.socket.close(1000, 'same');
      vendor.socket.close(1000, 'same');
      return client.ended;
    });
  });

  it('after messages that were still on their way', async () => {
    await expectSame(async ({ url, stream }) => {
      const client = await openClient(url);
      const vendor = await vendorEnd(stream);
      for (let index = 0; index < 200; index += 1)
        vendor.socket.send(`${index} ${'x'.repeat(2000)}`);
      vendor.socket.close(1000, 'done');
      const end = await client.ended;
      return { end, got: client.got.length };
    });
  });

  it('of a client that ends its half of the connection with its goodbye', async () => {
    const frame = rawFrame({ first: 0x88, payload: Buffer.from([0x03, 0xe8]) });
    const echoed = await expectSame(async ({ port, path }) => {
      const socket = await openRaw(port, path);
      const got = collected(socket);
      socket.end(frame);
      await once(socket, 'close');
      return got().toString('hex');
    });
    expect(echoed).toBe('880203e8');
  });
});

describe('breaking the protocol ends the same', () => {
  const text = (bytes: number[]) => Buffer.from(bytes);

  it.each([
    ['reserved bits', rawFrame({ first: 0xc1, payload: text([65]) }), 1002],
    ['an unknown opcode', rawFrame({ first: 0x83 }), 1002],
    ['an unknown control opcode', rawFrame({ first: 0x8b }), 1002],
    ['an unmasked frame', rawFrame({ first: 0x81, payload: text([65]), isMasked: false }), 1002],
    ['a fragmented ping', rawFrame({ first: 0x09 }), 1002],
    ['a ping of 126 bytes', rawFrame({ first: 0x89, payload: Buffer.alloc(126) }), 1002],
    ['a continuation of nothing', rawFrame({ first: 0x80 }), 1002],
    [
      'a message inside of a message',
      Buffer.concat([rawFrame({ first: 0x01, payload: text([65]) }), rawFrame({ first: 0x81 })]),
      1002,
    ],
    ['text that is no UTF-8', rawFrame({ first: 0x81, payload: text([0xc3, 0x28]) }), 1007],
    ['text that ends in a character', rawFrame({ first: 0x81, payload: text([0xe2, 0x9c]) }), 1007],
    ['a surrogate', rawFrame({ first: 0x81, payload: text([0xed, 0xa0, 0x80]) }), 1007],
    ['a goodbye of one byte', rawFrame({ first: 0x88, payload: text([3]) }), 1002],
    ['a goodbye with code 1005', rawFrame({ first: 0x88, payload: text([3, 0xed]) }), 1002],
    ['a goodbye with code 1006', rawFrame({ first: 0x88, payload: text([3, 0xee]) }), 1002],
    ['a goodbye with code 999', rawFrame({ first: 0x88, payload: text([3, 0xe7]) }), 1002],
    ['a goodbye that is no UTF-8', rawFrame({ first: 0x88, payload: text([3, 0xe8, 0xff]) }), 1007],
  ])('by %s', async (_what, frame, code) => {
    const got = await expectSame(async ({ port, path }) => {
      const socket = await openRaw(port, path);
      const received = collected(socket);
      socket.write(frame);
      await until('a goodbye', async () => received().length >= 4);
      socket.destroy();
      const head = received();
      return { first: head[0], code: head.readUInt16BE(2) };
    });
    expect(got).toEqual({ first: 0x88, code });
  });
});
