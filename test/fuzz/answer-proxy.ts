import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer as bytes, before it is spoiled. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  /** Close after so many bytes of the body, though more were announced. */
  readonly cutAfter?: number;
  /** Reset the connection instead of answering. */
  readonly isReset?: boolean;
}

export type Spoil = (answer: WholeAnswer) => WholeAnswer;

/** Stands before a server; the request is always carried out, only its answer is spoiled. */
export class AnswerProxy {
  private queue: Spoil[] = [];
  private path = /^/;
  private passed = 0;

  constructor(
    private readonly server: Server,
    private readonly behind: string,
  ) {
    server.on('request', (request, response) => {
      void this.pass(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many answers are still to be spoiled. */
  get left(): number {
    return this.queue.length;
  }

  /** Two of three answers to a path that matches are spoiled, until all of these have been used. */
  spoilWith(path: RegExp, spoils: readonly Spoil[]): void {
    this.path = path;
    this.queue = [...spoils];
  }

  heal(): void {
    this.queue = [];
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const answer = await this.ask(request, path);
    if (this.path.test(path)) this.passed += 1;
    const isTurn = this.path.test(path) && this.passed % 3 !== 0;
    const spoil = isTurn ? this.queue.shift() : undefined;
    write(spoil ? spoil(answer) : answer, response);
  }

  private async ask(request: IncomingMessage, path: string): Promise<WholeAnswer> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) {
      if (typeof value === 'string' && !HOP_BY_HOP.has(name)) headers[name] = value;
    }
    const { method = 'GET' } = request;
    const body = chunks.length === 0 ? {} : { body: new Uint8Array(Buffer.concat(chunks)) };
    const answer = await fetch(new URL(path, this.behind), { method, headers, ...body });
    const type = answer.headers.get('content-type') ?? 'application/json';
    return {
      status: answer.status,
      headers: { 'content-type': type },
      body: Buffer.from(await answer.arrayBuffer()),
    };
  }
}

const HOP_BY_HOP = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'expect',
  'keep-alive',
]);

function write(answer: WholeAnswer, response: ServerResponse): void {
  const { status, headers, body, cutAfter, isReset } = answer;
  if (isReset) {
    response.socket?.resetAndDestroy();
    return;
  }
  if (cutAfter === undefined) {
    response.writeHead(status, headers).end(body);
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': String(body.length + 10) });
  response.write(body.subarray(0, cutAfter), () => response.destroy());
}

export async function startAnswerProxy(behind: string): Promise<AnswerProxy> {
  const server = createServer();
  const proxy = new AnswerProxy(server, behind);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return proxy;
}
