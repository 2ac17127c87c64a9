import { randomBytes } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { AvatarError } from '../../errors.js';
import { acceptOf } from '../socket/socket-accept.js';

/** An open WebSocket at its lowest level: what follows are frames. */
export interface VendorSocket {
  readonly socket: Socket;
  /** Bytes that arrived together with the answer. */
  readonly head: Buffer;
}

/** Longest an opening handshake may take, from the first byte to the last. */
const HANDSHAKE_MS = 10_000;

/**
 * Opens `streaming.chat` at the vendor. Headers are built from nothing and no extension is offered,
 * so that frames can be passed on as they are.
 * @param query the vendor's token is in it: it is never logged
 * @throws AvatarError `vendor_unreachable`, `vendor_timeout`, `vendor_refused`
 */
export function openHeyGenSocket(
  baseUrl: string,
  query: string,
  signal: AbortSignal,
  handshakeMs = HANDSHAKE_MS,
): Promise<VendorSocket> {
  const key = randomBytes(16).toString('base64');
  const url = new URL(`/v1/ws/streaming.chat?${query}`, baseUrl);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const handshake = request(url, {
    signal,
    agent: false,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': key,
    },
  });
  const deadline = setTimeout(
    () => handshake.destroy(new AvatarError('vendor_timeout')),
    handshakeMs,
  );
  return answered(handshake, acceptOf(key)).finally(() => clearTimeout(deadline));
}

function answered(handshake: ClientRequest, accept: string): Promise<VendorSocket> {
  return new Promise((resolve, reject) => {
    handshake.once('upgrade', (answer: IncomingMessage, socket: Socket, head: Buffer) => {
      if (isAccepted(answer, accept)) return resolve({ socket, head });
      socket.destroy();
      reject(new AvatarError('vendor_garbled'));
    });
    handshake.once('response', (answer) => {
      answer.destroy();
      reject(new AvatarError('vendor_refused', { status: answer.statusCode ?? 502 }));
    });
    // More than once where it is destroyed after it was answered.
    handshake.on('error', (error) => {
      reject(error instanceof AvatarError ? error : new AvatarError('vendor_unreachable'));
    });
    handshake.end();
  });
}

function isAccepted({ headers }: IncomingMessage, accept: string): boolean {
  return (
    headers['sec-websocket-accept'] === accept &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-extensions'] === undefined
  );
}
