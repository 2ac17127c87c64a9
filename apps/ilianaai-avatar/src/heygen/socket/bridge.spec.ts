import { afterEach, describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Bridge, type OpenedSocket } from './bridge.js';
import { closeFrame, controlFrame, OPCODE } from './frames.js';
import { TickWheel } from './tick-wheel.js';

const HELLO = Buffer.from([0x82, 0x81, 0, 0, 0, 0, 0x12]);
/** A client's close frame with a code. */
const CLOSE_BYTES = 8;
const NOTHING = Buffer.alloc(0);
const limits = { pingSeconds: 10, stallSeconds: 10, messagesPerSecond: 100 };
const wheel = new TickWheel(10_000);
const sockets: Socket[] = [];

/** Both ends of a connection. */
async function connection(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const far = connect({ port: (server.address() as AddressInfo).port, allowHalfOpen: true });
  const [near] = (await once(server, 'connection')) as [Socket];
  server.close();
  sockets.push(near, far);
  return { near, far };
}

/** A client's socket whose other end is still being opened. */
async function halfOpen() {
  const { near, far: client } = await connection();
  const told = new EventEmitter();
  const over = once(told, 'over');
  const opening = new EventEmitter();
  const bridge = new Bridge(
    { socket: near, head: NOTHING },
    limits,
    {
      vendorSaid: () => undefined,
      clientTyped: () => undefined,
      ticked: () => undefined,
      ended: () => undefined,
      over: () => told.emit('over'),
    },
    wheel,
  );
  const connected = bridge.connect(async (signal) => {
    const [opened] = (await once(opening, 'opened', { signal })) as [OpenedSocket];
    return opened;
  });
  /** Accepts, answers the goodbye and gives all of so many bytes. */
  const accept = async (bytes: number): Promise<Buffer> => {
    const { near: socket, far } = await connection();
    opening.emit('opened', { socket, head: NOTHING });
    await connected;
    let got = NOTHING;
    while (got.length < bytes) got = Buffer.concat([got, ...(await once(far, 'data'))]);
    far.end(closeFrame(1000, NOTHING, 'server'));
    return got;
  };
  return { bridge, client, accept, over };
}

/** What the vendor got, without masks: the bytes of a close frame from its code on. */
function closeIn(bytes: Buffer): string {
  const mask = bytes.subarray(2, 6);
  const payload = bytes.subarray(6).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return `${bytes[0]?.toString(16)} ${Buffer.from(payload).toString('hex')}`;
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

describe('a vendor whose socket is being opened', () => {
  it('gets what a client said that has left meanwhile, and why it has left', async () => {
    const { client, accept, over } = await halfOpen();
    client.write(Buffer.concat([HELLO, closeFrame(4001, NOTHING, 'client')]));
    await once(client, 'data');
    client.end();
    const got = await accept(HELLO.length + CLOSE_BYTES);
    expect(got.subarray(0, HELLO.length)).toEqual(HELLO);
    expect(closeIn(got.subarray(HELLO.length))).toBe('88 0fa1');
    await over;
  });

  it('is told when we go', async () => {
    const { bridge, client, accept, over } = await halfOpen();
    bridge.close(1012, '');
    const [told] = (await once(client, 'data')) as [Buffer];
    expect(told).toEqual(closeFrame(1012, NOTHING, 'server'));
    client.end(closeFrame(1012, NOTHING, 'client'));
    expect(closeIn(await accept(CLOSE_BYTES))).toBe('88 03f4');
    await over;
  });

  it('is not waited for when it does not answer', async () => {
    const { client, over } = await halfOpen();
    client.write(controlFrame(OPCODE.close, NOTHING, 'client'));
    await once(client, 'data');
    client.end();
    await over;
  });
});
