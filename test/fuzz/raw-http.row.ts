import fc from 'fast-check';
import { connect } from 'node:net';
import type { Arena } from './arena.js';
import { exchange } from './exchange.js';
import { inParallel } from './in-parallel.js';
import { judgeReply } from './judge-reply.js';
import { rawStreams } from './raw-bytes.js';
import { readReplies } from './read-replies.js';
import { type RowResult, Tally } from './tally.js';

/** Longest a stream may stay without an answer and without an end. */
const END_MS = 15_000;

export interface RawCase {
  readonly app: 'avatar' | 'petya';
  readonly baseUrl: string;
  /** Bytes as latin1 text. */
  readonly bytes: string;
}

/** Raw byte streams: each is answered or closed, and a good request works right after. */
export async function rawHttpRow(arena: Arena, cases: number, seed: number): Promise<RowResult> {
  const tally = new Tally('raw HTTP byte streams');
  const streams = fc.sample(rawStreams, { numRuns: cases, seed });
  await inParallel(streams, 24, async (bytes, index) => {
    const app = index % 2 === 0 ? 'avatar' : 'petya';
    const stream: RawCase = { app, bytes, baseUrl: arena[`${app}Url`] };
    tally.count([...(await judgeStream(stream)), ...(await judgeAfter(stream))], stream);
  });
  return tally.result(`seed ${seed}`);
}

/** Whether a good request is answered. */
async function judgeAfter({ baseUrl }: RawCase): Promise<string[]> {
  const reply = await exchange(baseUrl, { method: 'GET', path: '/health/live', headers: {} });
  return reply.status === 200 ? [] : [`a good request right after is answered ${reply.status}`];
}

export async function judgeStream({ baseUrl, bytes }: RawCase): Promise<string[]> {
  const received = await converse(baseUrl, bytes).catch((error: unknown) => error as Error);
  if (received instanceof Error) return [received.message];
  const { replies, rest } = readReplies(received);
  const problems = replies.flatMap((reply) =>
    reply.isInterim || reply.text.startsWith('{"openapi"') || reply.status === 204
      ? []
      : judgeReply(reply, { mayBlameOthers: true }),
  );
  if (replies.slice(0, -1).some(({ headers }) => headers['connection'] === 'close')) {
    problems.push('an answer behind the one that was to be the last');
  }
  return rest === '' ? problems : [...problems, `an answer that is no HTTP: ${rest.slice(0, 60)}`];
}

/** Writes everything, says that there is no more, and reads until the end. */
function converse(baseUrl: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () =>
      socket.end(bytes, 'latin1'),
    );
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`neither an end nor an answer in ${END_MS / 1000} s`));
    }, END_MS);
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    // A reset is a close as well.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(received);
    });
    socket.on('end', () => socket.destroy());
  });
}
