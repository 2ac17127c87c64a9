import { randomBytes } from 'node:crypto';
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
  /** The message that was sent last, to see that all before it has come through. */
  readonly last: Buffer;
  /** Neither an end nor an answer came. */
  readonly isStuck: boolean;
}

const HEAD_END = '\r\n\r\n';

/** Holds one raw conversation to its end. */
export function converse(
  port: number,
  request: string,
  { bytes, isEager, ending }: SocketStream,
): Promise<Conversed> {
  const last = randomBytes(12);
  const frames = ending === 'close' ? Buffer.concat([bytes, message(OPCODE.binary, last)]) : bytes;
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    let isOpen = false;
    let isStuck = false;
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => {
      socket.write(request, 'latin1');
      if (isEager) socket.write(frames);
      if (ending === 'half-close' && (isEager || frames.length === 0)) socket.end();
    });
    const timer = setTimeout(() => {
      isStuck = true;
      socket.destroy();
    }, END_MS);
    socket.on('data', (chunk) => {
      const before = received.length;
      received = Buffer.concat([received, chunk]);
      if (!isOpen && received.includes(HEAD_END)) {
        isOpen = true;
        goOn(socket, isEager ? Buffer.alloc(0) : frames, ending);
      }
      const from = Math.max(0, before - last.length);
      if (ending === 'close' && received.includes(last, from)) {
        socket.write(message(OPCODE.close, withCode(1000, 'bye')));
      }
    });
    socket.on('end', () => socket.destroy());
    // A reset is an end as well.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve({ received, last, isStuck });
    });
  });
}

function goOn(socket: Socket, frames: Buffer, ending: SocketStream['ending']): void {
  if (ending === 'half-close') {
    if (socket.writable) socket.end(frames);
  } else if (ending === 'reset') socket.write(frames, () => socket.resetAndDestroy());
  else if (frames.length > 0) socket.write(frames);
}

function message(opcode: number, payload: Buffer): Buffer {
  return rawFrame({ first: FIN | opcode, payload });
}
