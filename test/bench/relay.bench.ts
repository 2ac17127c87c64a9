import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket, WebSocketServer } from 'ws';

/*
 * The relay beside its peers: the same work through each, one after the other and backwards the
 * next round, so that whatever else this machine does hits all of them. Ratios are medians of the
 * rounds; nothing here passes or fails.
 */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    millis: { type: 'string', default: '1000' },
    idle: { type: 'string', default: '5000' },
    sizes: { type: 'string', default: '200,4096,65536' },
  },
});
const rounds = Number(values.rounds);
const millis = Number(values.millis);
const idle = Number(values.idle);
const sizes = values.sizes.split(',').filter(Boolean).map(Number);

const SOCKETS = 20;
const IN_FLIGHT = 4;
const KINDS = ['bare', 'ours', 'pipe'] as const;
type Kind = (typeof KINDS)[number] | 'direct';

interface Usage {
  readonly cpuMicros: number;
  readonly rss: number;
}

interface Peer {
  readonly kind: Kind;
  readonly port: number;
  usage(): Promise<Usage>;
  stop(): void;
}

interface Sample {
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly p99Micros: number;
}

/** A vendor that answers each frame with one of the same size: a delta where it is short. */
async function startVendor(): Promise<number> {
  const vendor = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  const frame = { type: 'avatar_talking_message', task_id: 'task', message: '' };
  const message = 'x'.repeat(200 - JSON.stringify(frame).length);
  const delta = JSON.stringify({ ...frame, message });
  vendor.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => socket.send(data.length <= 200 ? delta : data));
    socket.on('error', () => undefined);
  });
  await once(vendor, 'listening');
  return (vendor.address() as AddressInfo).port;
}

async function startPeer(kind: (typeof KINDS)[number], vendorPort: number): Promise<Peer> {
  const entry = fileURLToPath(new URL('./relay.peer.js', import.meta.url));
  const execArgv = [...process.execArgv, '--expose-gc'];
  const child: ChildProcess = fork(entry, [kind, String(vendorPort)], { execArgv });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    kind,
    port,
    usage: async () => {
      child.send('usage');
      const [usage] = (await once(child, 'message')) as [Usage];
      return usage;
    },
    stop: () => child.disconnect(),
  };
}

async function openSockets(port: number, count: number): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(100, count - sockets.length) }, () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
      return once(socket, 'open').then(() => socket);
    });
    sockets.push(...(await Promise.all(batch)));
  }
  return sockets;
}

/** Round trips through a peer for a while, a few in flight on each of some sockets. */
async function measure(peer: Peer, size: number): Promise<Sample> {
  const sockets = await openSockets(peer.port, SOCKETS);
  const payload = Buffer.alloc(size, 0x12);
  const times: number[] = [];
  let isOver = false;
  for (const socket of sockets) {
    const sent: number[] = [];
    const send = (): void => {
      sent.push(performance.now());
      socket.send(payload);
    };
    socket.on('message', () => {
      times.push(performance.now() - (sent.shift() ?? 0));
      if (!isOver) send();
    });
    for (let index = 0; index < IN_FLIGHT; index += 1) send();
  }
  await delay(millis / 5);
  times.length = 0;
  const before = await peer.usage();
  const began = performance.now();
  await delay(millis);
  const seconds = (performance.now() - began) / 1000;
  const count = times.length;
  const after = await peer.usage();
  isOver = true;
  for (const socket of sockets) socket.terminate();
  return {
    perSecond: count / seconds,
    cpuMicros: (after.cpuMicros - before.cpuMicros) / count,
    p99Micros: (times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0) * 1000,
  };
}

/** What an idle session costs, in bytes of resident memory. */
async function measureIdle(kind: 'bare' | 'ours', vendorPort: number): Promise<number> {
  const peer = await startPeer(kind, vendorPort);
  const warm = await openSockets(peer.port, 100);
  await delay(500);
  const before = await peer.usage();
  const sockets = await openSockets(peer.port, idle);
  await delay(1500);
  const after = await peer.usage();
  for (const socket of [...warm, ...sockets]) socket.terminate();
  peer.stop();
  return (after.rss - before.rss) / idle;
}

/** CPU of a round trip beside some idle sessions, in microseconds. */
async function measureBeside(idleSessions: number, vendorPort: number): Promise<number> {
  const peer = await startPeer('ours', vendorPort);
  const sockets = await openSockets(peer.port, idleSessions);
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    samples.push((await measure(peer, 200)).cpuMicros);
  }
  for (const socket of sockets) socket.terminate();
  peer.stop();
  return median(samples);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function compareSizes(vendorPort: number): Promise<void> {
  const none: Usage = { cpuMicros: 0, rss: 0 };
  const direct: Peer = {
    kind: 'direct',
    port: vendorPort,
    usage: async () => none,
    stop: () => undefined,
  };
  const peers = [direct, ...(await Promise.all(KINDS.map((kind) => startPeer(kind, vendorPort))))];
  for (const size of sizes) {
    const samples = new Map<Kind, Sample[]>(peers.map(({ kind }) => [kind, []]));
    for (let round = 0; round < rounds; round += 1) {
      const order = round % 2 === 0 ? peers : peers.toReversed();
      for (const peer of order) samples.get(peer.kind)?.push(await measure(peer, size));
    }
    report(size, samples);
  }
  for (const peer of peers) peer.stop();
}

function report(size: number, samples: ReadonlyMap<Kind, readonly Sample[]>): void {
  const of = (kind: Kind, member: keyof Sample): number =>
    median((samples.get(kind) ?? []).map((sample) => sample[member]));
  const added = (kind: Kind): number => of(kind, 'p99Micros') - of('direct', 'p99Micros');
  write(`\n${size} B, median of ${rounds} rounds`);
  for (const kind of samples.keys()) {
    write(
      `  ${kind.padEnd(8)}${of(kind, 'perSecond').toFixed(0).padStart(8)} messages/s` +
        `${of(kind, 'cpuMicros').toFixed(1).padStart(8)} µs CPU each` +
        `${of(kind, 'p99Micros').toFixed(0).padStart(8)} µs p99`,
    );
  }
  write(
    `  ours/bare: ${(of('ours', 'perSecond') / of('bare', 'perSecond')).toFixed(2)} messages/s, ` +
      `${(of('ours', 'cpuMicros') / of('bare', 'cpuMicros')).toFixed(2)} CPU, ` +
      `${(added('ours') / added('bare')).toFixed(2)} added p99; ` +
      `ours/pipe: ${(of('ours', 'perSecond') / of('pipe', 'perSecond')).toFixed(2)} messages/s`,
  );
}

async function compareIdle(vendorPort: number): Promise<void> {
  const bare = await measureIdle('bare', vendorPort);
  const ours = await measureIdle('ours', vendorPort);
  const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
  write(`\n${idle} idle sessions: bare ${kib(bare)}, ours ${kib(ours)} each`);
  write(`  ours/bare: ${(ours / bare).toFixed(2)} memory`);
  const few = await measureBeside(100, vendorPort);
  const many = await measureBeside(idle, vendorPort);
  const cpu = (micros: number): string => `${micros.toFixed(1)} µs`;
  write(`  CPU of a round trip beside 100: ${cpu(few)}, beside ${idle}: ${cpu(many)}`);
  write(`  many/few: ${(many / few).toFixed(2)}`);
}

const vendorPort = await startVendor();
await compareSizes(vendorPort);
if (idle > 0) await compareIdle(vendorPort);
process.exit();
