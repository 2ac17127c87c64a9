import { connect, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import type { RunningAvatar } from '../support/avatar-app.js';
import { until } from '../support/until.js';
import type { Stream, StreamingWorld } from './streaming-world.js';

/** The path and query of a session's socket. */
export function socketPath(stream: Pick<Stream, 'sessionId' | 'token'>, more = ''): string {
  return `/v1/ws/streaming.chat?session_id=${stream.sessionId}&session_token=${stream.token}${more}`;
}

export function socketUrl(app: RunningAvatar, path: string): string {
  return `${app.baseUrl.replace('http', 'ws')}${path}`;
}

/** How a socket ended, as its peer saw it. */
export interface SocketEnd {
  readonly code: number;
  readonly reason: string;
}

/** A `ws` client that remembers what it got. */
export interface Client {
  readonly socket: WebSocket;
  readonly got: { readonly data: Buffer; readonly isBinary: boolean }[];
  readonly ended: Promise<SocketEnd>;
}

/** Opens a socket; rejects when it is refused. */
export async function openClient(url: string, options: ClientOptions = {}): Promise<Client> {
  const client = clientOf(new WebSocket(url, options));
  await once(client.socket, 'open');
  return client;
}

export function clientOf(socket: WebSocket): Client {
  const got: { data: Buffer; isBinary: boolean }[] = [];
  socket.on('message', (data, isBinary) => got.push({ data: data as Buffer, isBinary }));
  socket.on('error', () => undefined);
  const ended = new Promise<SocketEnd>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  return { socket, got, ended };
}

/** The vendor's end of a session's socket, once it is there. */
export async function vendorEnd(stream: Stream): Promise<Client> {
  const socket = await until('the vendor’s socket is open', async () =>
    [...stream.vendor().sockets].at(-1),
  );
  return clientOf(socket);
}

/** A client's and the vendor's end of one relayed socket. */
export async function relayed(world: StreamingWorld, stream: Stream) {
  const client = await openClient(socketUrl(world.streaming, socketPath(stream)));
  return { client, vendor: await vendorEnd(stream) };
}

/** An opening handshake by hand, for clients that do what no library does. */
export async function openRaw(port: number, path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    [
      `GET ${path} HTTP/1.1`,
      'Host: 127.0.0.1',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      '',
      '',
    ].join('\r\n'),
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error('not upgraded');
  return socket;
}

/** The close code in what a raw client has got, or null. Control frames and short ones only. */
export function closeCodeIn(bytes: Buffer): number | null {
  for (let at = 0; at + 1 < bytes.length;) {
    const size = (bytes[at + 1] ?? 0) & 0x7f;
    if (((bytes[at] ?? 0) & 0x0f) === 8) return size >= 2 ? bytes.readUInt16BE(at + 2) : 1005;
    const long = size < 126 ? 0 : size === 126 ? 2 : 8;
    const length = long === 0 ? size : long === 2 ? bytes.readUInt16BE(at + 2) : 65_536;
    at += 2 + long + length;
  }
  return null;
}
