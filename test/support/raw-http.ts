import { connect } from 'node:net';
import type { Answer } from './json-client.js';
import { hearAnswer } from './overheard.js';

/** What came back on a socket of our own, in which nothing corrects what a test writes. */
export interface RawAnswer extends Answer {
  /** Everything that was received, interim answers included. */
  readonly received: string;
  /** Whether the server ended the connection. */
  readonly isClosed: boolean;
}

export interface RawOptions {
  /** How long an answer may take. */
  readonly withinMs?: number;
  /** Wait for the server to close the connection and not only for its answer. */
  readonly untilClosed?: boolean;
}

/** Writes bytes to a port as they are and reads the first final answer. */
export function sendRaw(
  port: number,
  bytes: string | Uint8Array,
  { withinMs = 5_000, untilClosed = false }: RawOptions = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer within ${withinMs} ms; received: ${received}`));
    }, withinMs);
    const finish = (isClosed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      const answer = parseAnswer(received);
      if (answer) {
        hearAnswer(
          / (\S*?)[? ]/.exec(String(bytes))?.[1] ?? '',
          undefined,
          answer.status,
          received,
        );
        resolve({ ...answer, received, isClosed });
      } else reject(new Error(`closed without an answer; received: ${received}`));
    };
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (!untilClosed && parseAnswer(received)?.isWhole) finish(false);
    });
    socket.on('close', () => finish(true));
    socket.on('error', () => undefined);
  });
}

function parseAnswer(received: string): (Answer & { isWhole: boolean }) | null {
  const text = received.replace(/^(HTTP\/1\.1 1\d\d [^\r]*\r\n(?:[^\r]+\r\n)*\r\n)+/, '');
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  if (end < 0 || Number.isNaN(status)) return null;
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  const content = Buffer.from(text.slice(end + 4), 'latin1').toString('utf8');
  const length = Number(headers.get('content-length') ?? 0);
  const isWhole =
    headers.get('transfer-encoding') === 'chunked'
      ? content.endsWith('0\r\n\r\n')
      : text.length - end - 4 >= length;
  return { status, headers, text: content, body: parseBody(content), isWhole };
}

function parseBody(content: string): Record<string, unknown> {
  // A chunked answer of ours is one chunk between its length and the closing zero.
  const json = content.replace(/^[0-9a-f]+\r\n/i, '').replace(/\r\n0\r\n\r\n$/, '');
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return {};
  }
}
