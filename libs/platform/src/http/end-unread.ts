import type { Request, Response } from 'express';
import { dropBody, isBodyCut } from './unasked-body.js';

/** Longest a refused sender is waited for after its answer. */
const LINGER_MS = 1_000;

/** A body up to this length is read to its end: an orderly end costs no more than waiting for it. */
const LITTLE_BYTES = 128 * 1024;

/**
 * How to answer a request whose body has not been read: the answer goes out whole at once and says
 * that the connection ends; then the sender has a moment to hear it before it does. Closing at once
 * would reset the connection, and the sender would lose the answer. What it still sends is dropped
 * where that is little, and otherwise left where it is: reading costs, and nobody has shown a
 * credential.
 */
export function endUnread(request: Request, response: Response): (json: string) => void {
  response.setHeader('Connection', 'close');
  return (json) => {
    response.setHeader('Content-Length', Buffer.byteLength(json));
    if (request.method === 'HEAD') response.flushHeaders();
    else response.write(json);
    const cut = () => {
      response.end();
      // Where something else has been answered already, the response ends nothing.
      request.socket.destroySoon();
    };
    const timer = setTimeout(cut, LINGER_MS);
    const finish = () => {
      clearTimeout(timer);
      response.end();
    };
    request.once('end', finish).once('close', finish);
    const isReadOn = isLittle(request) && !isBodyCut(request);
    dropBody(request, isReadOn);
    if (isReadOn) request.resume();
    else request.pause();
  };
}

function isLittle({ headers }: Request): boolean {
  return Number(headers['content-length'] ?? Infinity) <= LITTLE_BYTES;
}
