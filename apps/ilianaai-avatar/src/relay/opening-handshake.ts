import type { IncomingMessage } from 'node:http';
import { AvatarError } from '../errors.js';
import { acceptOf } from '../vendors/socket-accept.js';

const VERSION = '13';

/**
 * The client's key of an opening handshake (RFC 6455 section 4.2.1).
 * @throws AvatarError `bad_request`
 */
export function readSocketKey({ method, headers }: IncomingMessage): string {
  const key = headers['sec-websocket-key'] ?? '';
  const isKey = /^[A-Za-z0-9+/]{22}==$/.test(key);
  const isUpgrade = headers.upgrade?.toLowerCase() === 'websocket';
  const isVersion = headers['sec-websocket-version'] === VERSION;
  if (method !== 'GET' || !isUpgrade || !isKey || !isVersion) throw new AvatarError('bad_request');
  return key;
}

/** The answer that opens the socket: no extension and no subprotocol is agreed on. */
export function acceptance(key: string, requestId: string): string {
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptOf(key)}`,
    `X-Request-Id: ${requestId}`,
    '',
    '',
  ].join('\r\n');
}
