import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { callApi } from '../stack/json-api.js';
import type { Arena, Tenant } from './arena.js';

/** A session of the legacy vendor, started, with the token that opens its sockets. */
export interface StreamSession {
  readonly sessionId: string;
  readonly token: string;
}

/** How long the vendor's sockets may outlive the client's. */
const LEFT_MS = 12_000;

/** Longest an echo may take. */
const ECHO_MS = 10_000;

/** Opens a session as the vendor's SDK does: a token, and with it all the rest. */
export async function openStream(arena: Arena, { key }: Tenant): Promise<StreamSession> {
  const url = `${arena.avatarUrl}/v1/streaming.`;
  const made = await callApi<{ data: { token: string } }>(`${url}create_token`, {
    method: 'POST',
    apiKey: key,
  });
  const bearer = made.data.token;
  const opened = await callApi<{ data: { session_id: string } }>(`${url}new`, { bearer, body: {} });
  const body = { session_id: opened.data.session_id };
  await callApi(`${url}start`, { bearer, body });
  return { sessionId: body.session_id, token: bearer };
}

/** Ends a session. @returns what was left of it at the vendor */
export async function endStream(arena: Arena, session: StreamSession): Promise<string[]> {
  const { sessionId, token: bearer } = session;
  const problems: string[] = [];
  const deadline = Date.now() + LEFT_MS;
  let left = await atVendor(arena, sessionId);
  while (left.sockets > 0 && Date.now() < deadline) {
    await sleep(50);
    left = await atVendor(arena, sessionId);
  }
  if (left.sockets > 0) problems.push(`${left.sockets} sockets left at the vendor`);
  const body = { session_id: sessionId };
  await callApi(`${arena.avatarUrl}/v1/streaming.stop`, { bearer, body });
  if ((await atVendor(arena, sessionId)).endedAtMs === null) {
    problems.push('a stopped session goes on at the vendor');
  }
  return problems;
}

interface AtVendor {
  readonly sockets: number;
  readonly endedAtMs: number | null;
}

function atVendor(arena: Arena, sessionId: string): Promise<AtVendor> {
  return callApi(`${arena.simulatorUrl}/_control/heygen/sessions/${sessionId}`);
}

/** A caller of the best manners, whose socket stays open while others misbehave. */
export class GoodSocket {
  private constructor(private readonly socket: WebSocket) {
    // An error is followed by the close, which is what counts.
    socket.on('error', () => undefined);
  }

  static async open(arena: Arena, { sessionId, token }: StreamSession): Promise<GoodSocket> {
    const query = `session_id=${sessionId}&session_token=${token}`;
    const base = arena.avatarUrl.replace('http', 'ws');
    const good = new GoodSocket(new WebSocket(`${base}/v1/ws/streaming.chat?${query}`));
    await once(good.socket, 'open');
    return good;
  }

  /** Whether what is said comes back. */
  async echoes(): Promise<string[]> {
    if (this.socket.readyState !== WebSocket.OPEN) return ['a good socket was closed'];
    const said = randomUUID();
    const answer = once(this.socket, 'message', { signal: AbortSignal.timeout(ECHO_MS) });
    this.socket.send(said);
    const [data] = (await answer.catch(() => [''])) as [Buffer | string];
    return data.toString() === said ? [] : ['a good socket got no echo'];
  }

  async close(): Promise<string[]> {
    const closed = once(this.socket, 'close') as Promise<[number]>;
    this.socket.close(1000, 'done');
    const [code] = await closed;
    return code === 1000 ? [] : [`a good socket was closed with ${code}`];
  }
}
