import type { Conversed } from './converse-socket.js';
import { judgeReply } from './judge-reply.js';
import { readReplies } from './read-replies.js';
import { FIN, OPCODE } from './socket-frames.js';
import type { SocketStream } from './socket-streams.js';

/** What a server answers the key of RFC 6455's example with (section 1.3). */
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

interface ServerFrame {
  readonly first: number;
  readonly payload: Buffer;
}

/** Everything that is wrong with the end of a conversation; empty when all is well. */
export function judgeSocket(stream: SocketStream, conversed: Conversed): string[] {
  const { received, isStuck } = conversed;
  if (isStuck) return [`neither an end nor an answer; ${received.length} bytes came`];
  if (stream.ending === 'reset') return [];
  const text = received.toString('latin1');
  if (!text.startsWith('HTTP/1.1 101 ')) return judgeAnswer(stream, text);
  if (!stream.handshake.isRight) {
    return stream.kind === 'wrong handshake' ? ['a wrong handshake is accepted'] : [];
  }
  const end = text.indexOf('\r\n\r\n') + 4;
  const head = text.slice(0, end);
  const problems = head.includes(`Sec-WebSocket-Accept: ${ACCEPT}\r\n`) ? [] : ['another Accept'];
  if (/Sec-WebSocket-(Extensions|Protocol)/i.test(head)) problems.push('more is agreed on');
  const frames = readFrames(received.subarray(end));
  if (typeof frames === 'string') return [...problems, frames];
  return [...problems, ...judgeClose(stream, frames), ...judgeEcho(stream, frames)];
}

/** The one answer of a handshake that is refused. */
function judgeAnswer({ handshake, kind }: SocketStream, text: string): string[] {
  if (handshake.isRight) return [`a right handshake is answered ${text.slice(0, 40)}`];
  const { replies, rest } = readReplies(text);
  if (rest !== '') return [`an answer that is no HTTP: ${rest.slice(0, 40)}`];
  if (kind === 'wrong handshake' && replies.length !== 1) return [`${replies.length} answers`];
  const mustRefuse = kind === 'wrong handshake';
  return replies.flatMap((reply) => judgeReply(reply, { mustRefuse }));
}

/** @returns the frames, or what is wrong with them */
function readFrames(bytes: Buffer): ServerFrame[] | string {
  const frames: ServerFrame[] = [];
  for (let at = 0; at < bytes.length;) {
    const [first = 0, second = 0] = bytes.subarray(at, at + 2);
    const isControl = (first & 0x08) !== 0;
    if ((first & 0x70) !== 0 || (isControl && (first & FIN) === 0)) return 'a malformed frame';
    if (second > (isControl ? 125 : 127)) return 'a frame of a wrong length, or masked';
    const size = second < 126 ? 2 : second === 126 ? 4 : 10;
    if (at + size > bytes.length) return 'a cut frame';
    const length =
      size === 2
        ? second
        : size === 4
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    if (at + size + length > bytes.length) return 'a cut frame';
    frames.push({ first, payload: bytes.subarray(at + size, at + size + length) });
    at += size + length;
  }
  return frames;
}

function judgeClose(
  { codes, kind, ending }: SocketStream,
  frames: readonly ServerFrame[],
): string[] {
  const place = frames.findIndex(({ first }) => (first & 0x0f) === OPCODE.close);
  // Who says that nothing more comes has not asked for a goodbye.
  if (place < 0) return ending === 'half-close' ? [] : [`${kind}: no close frame`];
  if (place < frames.length - 1) return ['frames after a close frame'];
  const payload = frames[place]?.payload ?? Buffer.alloc(0);
  const code = payload.length < 2 ? 1005 : payload.readUInt16BE();
  return codes === null || codes.includes(code)
    ? []
    : [`${kind}: closed with ${code} and not ${codes.join(' or ')}`];
}

/** What came back must be what was sent, in order; all of it where we waited for it. */
function judgeEcho({ rounds, messages, codes }: SocketStream, frames: readonly ServerFrame[]) {
  const certain = rounds.flatMap((round) => round.messages);
  const got = frames
    .filter(({ first }) => (first & 0x0f) <= OPCODE.binary)
    .map(({ first, payload }) => (first === (FIN | 1) ? 't' : 'b') + payload.toString('base64'));
  if (got.length < certain.length) return ['messages are missing'];
  // What becomes of the end's own messages is known only where the end is.
  const judged = codes === null ? got.slice(0, certain.length) : got;
  const expected = [...certain, ...messages];
  return judged.some((each, index) => each !== expected[index])
    ? ['another message came back']
    : [];
}
