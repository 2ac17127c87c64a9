import { Agent, request } from 'node:http';

export interface Exchange {
  readonly method: string;
  /** Path and query, written as they are. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Longest an answer may take: the slowest planned one is a start, after 20 s and 3 s of patience. */
const ANSWER_MS = 40_000;

/**
 * Sends one request with nothing added or corrected.
 * @throws Error when the connection ends without an answer
 */
export function exchange(
  baseUrl: string,
  { method, path, headers, body }: Exchange,
): Promise<Reply> {
  const { hostname, port } = new URL(baseUrl);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const call = request(
      { agent, hostname, port, method, path, headers: { ...headers, ...length } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    call.setTimeout(ANSWER_MS, () => call.destroy(new Error('no answer in time')));
    call.once('error', reject);
    call.end(body);
  });
}
