import type { IncomingMessage } from 'node:http';
import { originForm, type RequestContext, TRACE_HEADER } from '#platform';
import { AvatarError } from '../../errors.js';
import { acceptOf } from './socket-accept.js';

const VERSION = '13';

/** Where the socket is served, as every route at the root and under the second path. */
export const SOCKET_PATH = '/v1/ws/streaming.chat';
const PATHS: readonly string[] = [SOCKET_PATH, `/api/v1/avatar${SOCKET_PATH}`];

/**
 * Whether a request that offers other protocols asks for the socket: at its path, and for that one.
 * In HTTP/1.0 there are no such offers (RFC 9110, 7.8): a proxy that speaks it passes on no socket.
 */
export function isSocketOffer({
  method,
  url = '',
  headers,
  httpVersion,
}: IncomingMessage): boolean {
  if (httpVersion === '1.0') return false;
  const [path = ''] = originForm(url).split('?', 1);
  return method === 'GET' && PATHS.includes(path) && offersSocket(headers.upgrade);
}

/** The header may list several protocols, as which the client takes any (RFC 9110, 7.8). */
function offersSocket(upgrade = ''): boolean {
  return upgrade.split(',').some((protocol) => protocol.trim().toLowerCase() === 'websocket');
}

/**
 * The client's key of an opening handshake (RFC 6455 section 4.2.1).
 * @throws AvatarError `bad_request`
 */
export function readSocketKey({ method, headers }: IncomingMessage): string {
  const key = headers['sec-websocket-key'] ?? '';
  const isKey = /^[A-Za-z0-9+/]{22}==$/.test(key);
  const isVersion = headers['sec-websocket-version'] === VERSION;
  if (method !== 'GET' || !isKey || !isVersion) throw new AvatarError('bad_request');
  return key;
}

/** What the answer to a handshake says of it: the trace where its session is known. */
export type AskedHandshake = Pick<RequestContext, 'requestId' | 'traceId'>;

/** The answer that opens the socket: no extension and no subprotocol is agreed on. */
export function acceptance(key: string, { requestId, traceId }: AskedHandshake): string {
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptOf(key)}`,
    `X-Request-Id: ${requestId}`,
    ...(traceId ? [`${TRACE_HEADER}: ${traceId}`] : []),
    '',
    '',
  ].join('\r\n');
}
