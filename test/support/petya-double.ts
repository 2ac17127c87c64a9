import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call that the double received. `body` is parsed where it was JSON. */
export interface PetyaCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** Which part of Petya misbehaves. */
export type PetyaRoute = 'config' | 'account' | 'access' | 'status' | 'erasures' | 'health';

/** What happens to a call instead of its answer; `commit…` lets the real Petya carry it out first. */
export type PetyaFault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'commit-then-reset' }
  | { readonly kind: 'commit-then-cut' };

/** A Petya in front of the real one, that a test can make misbehave. */
export interface PetyaDouble {
  readonly url: string;
  readonly calls: readonly PetyaCall[];
  callsTo(route: PetyaRoute): PetyaCall[];
  /** The next `times` calls of a route get this; `Infinity` until `heal`. */
  fault(route: PetyaRoute, fault: PetyaFault, times?: number): void;
  /** From now on all is well; calls that hang are cut. */
  heal(): void;
  close(): Promise<void>;
}

interface Waiting {
  readonly route: PetyaRoute;
  readonly fault: PetyaFault;
  left: number;
}

/** Starts the double; what no fault is scripted for goes to the Petya behind it. */
export async function startPetyaDouble(behind: string): Promise<PetyaDouble> {
  const calls: PetyaCall[] = [];
  const hanging: ServerResponse[] = [];
  let faults: Waiting[] = [];
  const server = createServer((request, response) => {
    void receive(request, response).catch(() => response.destroy());
  });

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await readAll(request);
    const { method = 'GET', url: path = '/', headers } = request;
    calls.push({ method, path, headers, body: parse(bytes.toString('utf8')) });
    const fault = take(routeOf(path));
    if (fault?.kind === 'hang') return void hanging.push(response);
    const forward = () => forwardTo(behind, request, bytes);
    await (fault ? spoil(fault, forward, response) : write(response, await forward()));
  }

  function take(route: PetyaRoute): PetyaFault | null {
    const waiting = faults.find((each) => each.route === route);
    if (!waiting) return null;
    waiting.left -= 1;
    faults = faults.filter((each) => each.left > 0);
    return waiting.fault;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    callsTo: (route) => calls.filter(({ path }) => routeOf(path) === route),
    fault: (route, fault, times = 1) => void faults.push({ route, fault, left: times }),
    heal: () => {
      faults = [];
      for (const response of hanging.splice(0)) response.destroy();
    },
    close: () => closeServer(server),
  };
}

function routeOf(path: string): PetyaRoute {
  if (path.startsWith('/health')) return 'health';
  if (/\/accounts\/[^/]+\/config$/.test(path)) return 'account';
  if (path.endsWith('/avatar/access')) return 'access';
  if (path.includes('/avatar/erasures')) return 'erasures';
  return path.endsWith('/status') ? 'status' : 'config';
}

const FORWARDED = [
  'authorization',
  'x-api-key',
  'x-service-token',
  'x-visitor-token',
  'content-type',
  'idempotency-key',
  'traceparent',
];

interface Forwarded {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function spoil(
  fault: Exclude<PetyaFault, { kind: 'hang' }>,
  forward: () => Promise<Forwarded>,
  response: ServerResponse,
): Promise<void> {
  switch (fault.kind) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'commit-then-reset':
      await forward();
      response.socket?.resetAndDestroy();
      return;
    case 'commit-then-cut': {
      const { status, text } = await forward();
      response.writeHead(status, { 'content-length': text.length + 10 });
      response.write(text.slice(0, 5), () => response.destroy());
      return;
    }
    case 'answer': {
      const { status, headers, body } = fault;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
    }
  }
}

async function forwardTo(
  behind: string,
  request: IncomingMessage,
  bytes: Buffer,
): Promise<Forwarded> {
  const headers: Record<string, string> = {};
  for (const name of FORWARDED) {
    const value = request.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  const { method = 'GET', url = '/' } = request;
  const body = bytes.length === 0 ? {} : { body: new Uint8Array(bytes) };
  const answer = await fetch(new URL(url, behind), { method, headers, ...body });
  const type = answer.headers.get('content-type') ?? 'application/json';
  return { status: answer.status, type, text: await answer.text() };
}

function write(response: ServerResponse, { status, type, text }: Forwarded): void {
  response.writeHead(status, { 'content-type': type }).end(text);
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
