import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What it was told of a session, as it came. */
export interface ToldStatus {
  readonly conversationId: string;
  readonly sessionId: string;
  readonly status: string;
  readonly version?: number;
  readonly transcript: readonly { readonly role: string; readonly transcript: string }[];
}

const STATUS_PATH = /^\/api\/v1\/avatar\/conversations\/([^/]+)\/status$/;

/**
 * A customer's back end that somebody else has written: it knows keys and not accounts, answers four
 * members for one, and takes a session's status and transcript. It has no other route.
 */
export class OtherPetya {
  readonly told: ToldStatus[] = [];
  /** How it says that it has taken an update. */
  thanks: { readonly status: number; readonly body: string } = { status: 204, body: '' };
  private server: Server | null = null;
  private port = 0;

  /** @param configs the four members, by key */
  constructor(
    private readonly configs: ReadonlyMap<string, unknown>,
    private readonly serviceToken: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it, again on the same port where it has run before. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.answer(request, response));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === null) return;
    this.server = null;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  /** What was said in a session by the newest version that it was told, as `role: text`. */
  linesOf(sessionId: string): string[] {
    const finals = this.told.filter(
      (each) => each.sessionId === sessionId && each.status !== 'active',
    );
    const [last] = finals.toSorted((one, other) => (other.version ?? 0) - (one.version ?? 0));
    return last?.transcript.map(({ role, transcript }) => `${role}: ${transcript}`) ?? [];
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '', headers } = request;
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
    const [, conversation] = STATUS_PATH.exec(url) ?? [];
    if (method === 'GET' && url === '/api/v1/avatar/config') {
      const config = this.configs.get(String(headers['x-api-key']));
      return send(response, config === undefined ? 401 : 200, JSON.stringify(config ?? {}));
    }
    // Whatever it does not know it keeps to itself.
    if (method !== 'POST' || conversation === undefined) return send(response, 401, '');
    if (headers.authorization !== `Bearer ${this.serviceToken}`) return send(response, 401, '');
    const { sessionId, status, version = 1, transcript } = JSON.parse(text) as ToldStatus;
    const conversationId = decodeURIComponent(conversation);
    this.told.push({ conversationId, sessionId, status, version, transcript });
    send(response, this.thanks.status, this.thanks.body);
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
}
