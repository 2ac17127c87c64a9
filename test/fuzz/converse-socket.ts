import { connect, type Socket } from 'node:net';
import { rawFrame } from '../support/raw-frame.js';
import { withCode } from './broken-frames.js';
import { FIN, OPCODE } from './socket-frames.js';
import type { SocketStream } from './socket-streams.js';

/** Longest that the end of a conversation may take; shorter than what two missed pings take. */
const END_MS = 15_000;

export interface Conversed {
  /** Everything that came back. */
  readonly received: Buffer;
  /** Neither an end nor an answer came. */
  readonly isStuck: boolean;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_BYTES = 12;

/** Holds one raw conversation to its end. */
export function converse(port: number, request: string, stream: SocketStream): Promise<Conversed> {
  const { bytes, isEager, ending } = stream;
  const isAtOnce = isEager || (bytes.length === 0 && stream.rounds.length === 0);
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    let isStuck = false;
    // What has to have come back before the next is sent.
    let awaited: Buffer | null = HEAD_END;
    const rounds = [...stream.rounds];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => {
      socket.write(request, 'latin1');
      if (isEager) socket.write(bytes);
      if (ending === 'half-close' && isAtOnce) socket.end();
    });
    const timer = setTimeout(() => {
      isStuck = true;
      socket.destroy();
    }, END_MS);
    socket.on('data', (chunk) => {
      const from = Math.max(0, received.length - HEAD_END.length - LAST_BYTES);
      received = Buffer.concat([received, chunk]);
      if (awaited === null || !received.includes(awaited, from)) return;
      const next = rounds.shift();
      awaited = next?.last ?? null;
      if (next) socket.write(next.bytes);
      else finish(socket, isEager ? Buffer.alloc(0) : bytes, ending);
    });
    socket.on('end', () => socket.destroy());
    // A reset is an end as well.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve({ received, isStuck });
    });
  });
}

function finish(socket: Socket, frames: Buffer, ending: SocketStream['ending']): void {
  if (ending === 'half-close') {
    if (socket.writable) socket.end(frames);
  } else if (ending === 'reset') socket.write(frames, () => socket.resetAndDestroy());
  else if (ending === 'close') {
    socket.write(rawFrame({ first: FIN | OPCODE.close, payload: withCode(1000, 'bye') }));
  } else if (frames.length > 0) socket.write(frames);
}
