import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of a connection that may wait behind the one in work; who sends more is cut off. */
const MAX_WAITING = 5_000;

type Handle = () => void;
type Carrier = Socket & { [WAITING]?: Handle[] | undefined };

/** Requests of a connection behind the one in work; undefined while none is in work. */
const WAITING = Symbol('waiting');

/**
 * Handles a connection's requests one after the other, in turns of the event loop of their own. Node
 * hands all out at once that came in one read: two thousand requests of one caller were handled before
 * anybody else's. A connection's answers go out in order all the same, so nobody gains by more.
 */
export function inTurn(
  { socket }: Pick<IncomingMessage, 'socket'>,
  response: ServerResponse,
  handle: Handle,
): void {
  const carrier: Carrier = socket;
  const waiting = carrier[WAITING];
  const begin = (): void => {
    response.once('close', () => goOn(carrier));
    handle();
  };
  if (waiting === undefined) {
    carrier[WAITING] = [];
    begin();
  } else if (waiting.push(begin) > MAX_WAITING) socket.destroy();
}

function goOn(socket: Carrier): void {
  const waiting = socket[WAITING];
  if (!waiting?.length || socket.destroyed) {
    socket[WAITING] = undefined;
    return;
  }
  const next = waiting.shift();
  setImmediate(() => {
    if (socket.destroyed) socket[WAITING] = undefined;
    else next?.();
  });
}
