import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { SimulatorWorld } from '../simulator.world.js';
import { typedText } from './pipecat.js';
import type { HeyGenSession } from './session.js';
import { hearTyped } from './speech.js';

const PATH = '/v1/ws/streaming.chat';

/** Why a handshake is refused, as an HTTP status; null when it is not. */
function refusal(url: URL, world: SimulatorWorld): number | null {
  const session = world.heygen.find(url.searchParams.get('session_id') ?? '');
  if (world.settings.heygenSunset) return 410;
  if (url.pathname !== PATH) return 404;
  if (session?.token !== url.searchParams.get('session_token')) return 401;
  if (world.settings.heygenSocket === 'refuse') return 503;
  return session.endedAtMs === null && session.startedAtMs !== null ? null : 400;
}

/** Serves `streaming.chat` on the simulator's own server. */
export function serveHeyGenSockets(server: Server, world: SimulatorWorld): void {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const status = refusal(url, world);
    const session = world.heygen.find(url.searchParams.get('session_id') ?? '');
    if (status !== null || !session) {
      socket.end(`HTTP/1.1 ${status ?? 404} Refused\r\nConnection: close\r\n\r\n`);
      return;
    }
    if (world.settings.heygenSocket === 'hang') return;
    sockets.handleUpgrade(request, socket, head, (opened) => {
      url.searchParams.delete('session_token');
      attach(opened, session, url.search.slice(1), world);
    });
  });
}

function attach(
  socket: WebSocket,
  session: HeyGenSession,
  query: string,
  world: SimulatorWorld,
): void {
  session.sockets.add(socket);
  session.socketQueries.push(query);
  // An error is followed by the close, which is what counts here.
  socket.on('error', () => undefined);
  socket.on('close', () => session.sockets.delete(socket));
  socket.on('message', (data, isBinary) => {
    world.heygen.touch(session);
    if (world.settings.heygenSocket === 'echo') socket.send(data, { binary: isBinary });
    else if (isBinary) listen(session, bytesOf(data), world);
  });
}

/** Typed text is a task like one over REST; audio says nothing to a simulator. */
function listen(session: HeyGenSession, bytes: Buffer, world: SimulatorWorld): void {
  const text = typedText(bytes);
  if (text === null) return;
  hearTyped(session, text, world);
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
