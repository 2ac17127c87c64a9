import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Relay } from './relays.js';
import { DELTA_BYTES } from './vendor.js';

export interface Sample {
  readonly perSecond: number;
  /** Of the relay, for a frame and its answer. */
  readonly cpuMicros: number;
  readonly p99Micros: number;
}

/** How clients talk: as fast as they are answered with so many in flight, or each so often. */
export interface Talk {
  readonly sockets: number;
  readonly size: number;
  readonly ms: number;
  readonly pace: { readonly inFlight: number } | { readonly everyMs: number };
}

/** Opened at once, at most: a listener's queue is not endless. */
const BATCH = 100;

export async function openSockets(port: number, count: number): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(BATCH, count - sockets.length) }, async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
      await once(socket, 'open');
      return socket;
    });
    sockets.push(...(await Promise.all(batch)));
  }
  return sockets;
}

export function closeSockets(sockets: readonly WebSocket[]): void {
  for (const socket of sockets) socket.terminate();
}

/**
 * Round trips through a relay for a while.
 * @throws Error when an answer was of another size than it must be
 */
export async function talk(relay: Relay, how: Talk): Promise<Sample> {
  const sockets = await openSockets(relay.port, how.sockets);
  const talking = new Talking(how);
  for (const socket of sockets) talking.begin(socket);
  await delay(how.ms / 5);
  const cpuBefore = await relay.cpuMicros();
  talking.times.length = 0;
  const began = performance.now();
  await delay(how.ms);
  const seconds = (performance.now() - began) / 1000;
  const times = talking.times.toSorted((one, other) => one - other);
  const cpuMicros = ((await relay.cpuMicros()) - cpuBefore) / times.length;
  talking.end();
  closeSockets(sockets);
  if (talking.wrong > 0) throw new Error(`${relay.kind}: ${talking.wrong} answers were wrong`);
  const p99Micros = (times[Math.floor(times.length * 0.99)] ?? Number.NaN) * 1000;
  return { perSecond: times.length / seconds, cpuMicros, p99Micros };
}

class Talking {
  /** Milliseconds of each round trip. */
  readonly times: number[] = [];
  wrong = 0;
  private isOver = false;
  private readonly payload: Buffer;
  private readonly answerBytes: number;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(private readonly how: Talk) {
    // The first byte of a frame with sound, which is what nearly all frames of a client are.
    this.payload = Buffer.alloc(how.size, 0x12);
    this.answerBytes = Math.max(how.size, DELTA_BYTES);
  }

  begin(socket: WebSocket): void {
    const { pace } = this.how;
    const sent: number[] = [];
    const send = (): void => {
      sent.push(performance.now());
      socket.send(this.payload);
    };
    socket.on('message', (data: Buffer) => {
      this.times.push(performance.now() - (sent.shift() ?? 0));
      if (data.length !== this.answerBytes) this.wrong += 1;
      if (!this.isOver && 'inFlight' in pace) send();
    });
    if ('everyMs' in pace) this.startEvery(pace.everyMs, send);
    else for (let index = 0; index < pace.inFlight; index += 1) send();
  }

  /** Not all in the same instant. */
  private startEvery(everyMs: number, send: () => void): void {
    const start = (): void => void this.timers.push(setInterval(send, everyMs));
    this.timers.push(setTimeout(start, Math.random() * everyMs));
  }

  end(): void {
    this.isOver = true;
    for (const timer of this.timers) clearTimeout(timer);
  }
}
