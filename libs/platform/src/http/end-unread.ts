import type { Request, Response } from 'express';
import { isBodyCut } from './unasked-body.js';

/** Longest a refused sender is waited for after its answer. */
const LINGER_MS = 1_000;

/** Most that is read of what it still sends: reading costs, and nobody has shown a credential. */
const LINGER_BYTES = 64 * 1024;

/** And in so many pieces: each costs, however small it is. */
const LINGER_PIECES = 16;

/**
 * How to answer a request whose body has not been read: the answer goes out whole at once and says
 * that the connection ends; then the sender has a moment to hear it, and what it sends is dropped, or
 * left where it is, before it does. Closing at once would reset the connection, and the sender would
 * lose the answer.
 */
export function endUnread(request: Request, response: Response): (json: string) => void {
  response.setHeader('Connection', 'close');
  return (json) => {
    response.setHeader('Content-Length', Buffer.byteLength(json));
    if (request.method === 'HEAD') response.flushHeaders();
    else response.write(json);
    let heard = 0;
    let pieces = 0;
    const timer = setTimeout(() => response.end(), LINGER_MS);
    const finish = () => {
      clearTimeout(timer);
      response.end();
    };
    request.on('data', (chunk: Buffer) => {
      heard += chunk.length;
      pieces += 1;
      if (heard > LINGER_BYTES || pieces > LINGER_PIECES) request.pause();
    });
    request.once('end', finish).once('close', finish);
    if (!isBodyCut(request)) request.resume();
  };
}
