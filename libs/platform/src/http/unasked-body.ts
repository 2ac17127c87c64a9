import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Pieces of a body that are kept while nobody has asked for it. Node calls back for each, which
 * takes half a microsecond: of bodies in chunks of one byte there were ten thousand in a single read,
 * and refusing a request without a credential took 30 ms.
 */
const MAX_PIECES = 256;

/** Where Node's parser keeps what it calls with a piece of a body, and what that is called there. */
const ON_BODY = 3;
const ON_BODY_NAME = 'parserOnBody';

/** What llhttp, Node's parser, is answered with by whoever wants it to stop where it is. */
const HPE_PAUSED = 21;

type OnIncoming = (request: BodyCarrier, isKeptAlive: boolean) => number;

interface Parser extends Record<number, ((...piece: unknown[]) => void) | null> {
  onIncoming?: OnIncoming | null;
  getCurrentBuffer?: () => Buffer;
}

type Carrier = Socket & { readonly parser?: Parser | null };

interface Silenced {
  readonly socket: Socket;
  readonly parser: Parser;
  readonly onBody: (...piece: unknown[]) => void;
  readonly onClose: () => void;
}

/**
 * Counts the pieces of one request's body. Where too many have come before anybody asked for them,
 * the rest is dropped inside the parser, and the body is nobody's any more.
 */
export class UnaskedBody {
  isAsked = false;
  isCut = false;
  /** Whether the parser is to stop before the body, once the headers are told of. */
  isHalted = false;
  private pieces = 0;
  private silenced: Silenced | null = null;

  /** @returns whether a piece is to be kept */
  keeps(request: IncomingMessage): boolean {
    if (!this.isCut && (this.isAsked || this.pieces < MAX_PIECES)) {
      this.pieces += 1;
      return true;
    }
    this.isCut = true;
    this.silence(request);
    return false;
  }

  /** The connection's next body is told of again. */
  end(): void {
    if (!this.silenced) return;
    const { socket, parser, onBody, onClose } = this.silenced;
    // Kept on, it would let nobody go of all that the request was for as long as V8 keeps a socket.
    this.silenced = null;
    parser[ON_BODY] = onBody;
    socket.off('close', onClose);
  }

  /**
   * From here on no piece comes out of the parser. Parsers are used again for other connections:
   * this one's is as it was before it is free. A body that has ended is left alone: what came out next
   * would be another request's.
   */
  silence(request: IncomingMessage): void {
    if (request.complete) return;
    const socket: Carrier = request.socket;
    const { parser } = socket;
    const onBody = parser?.[ON_BODY];
    // Another version of Node may have it elsewhere: pieces are then dropped one by one.
    if (!parser || onBody?.name !== ON_BODY_NAME) return;
    parser[ON_BODY] = null;
    const onClose = (): void => this.end();
    this.silenced = { socket, parser, onBody, onClose };
    socket.prependListener('close', onClose);
  }
}

type BodyCarrier = IncomingMessage & { readonly unasked?: UnaskedBody };

/**
 * Says that a body is wanted from here on.
 * @returns false where too many pieces came before: part of it is lost
 */
export function askForBody(request: BodyCarrier): boolean {
  if (!request.unasked) return true;
  request.unasked.isAsked = true;
  return !request.unasked.isCut;
}

/**
 * Judges a request by its headers. Where that refuses it at once, nothing of its body is kept, not
 * even what came in the same read as the headers: a copy of 64 KiB for each refusal had V8 collect
 * the whole heap every hundred of them. Nor is a body in chunks parsed: going through ten thousand of
 * one byte took a millisecond.
 * @throws what `judge` throws
 */
export function judgeByHeaders<T>(request: BodyCarrier, judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    if (request.unasked) {
      request.unasked.silence(request);
      request.unasked.isHalted = request.headers['transfer-encoding'] !== undefined;
    }
    throw error;
  }
}

const NOTHING = Buffer.alloc(0);

/**
 * Has the parser of a new connection stop for good where a request is refused before its body. Node
 * tells of that as of a client's error, which {@link isHalted} knows from one.
 */
export function haltWhereRefused(socket: Socket): void {
  const { parser }: Carrier = socket;
  const onIncoming = parser?.onIncoming;
  // Another version of Node may have it elsewhere: bodies are then parsed, and nothing comes of it.
  if (!parser || typeof onIncoming !== 'function') return;
  parser.onIncoming = (request, isKeptAlive) => {
    const wish = onIncoming(request, isKeptAlive);
    if (wish !== 0 || !request.unasked?.isHalted) return wish;
    // Node would copy the whole read for the error.
    parser.getCurrentBuffer = () => NOTHING;
    return HPE_PAUSED;
  };
}

/** Whether the parser only did what it was told to; the answer comes from whoever refused. */
export function isHalted(error: NodeJS.ErrnoException, socket: Socket): boolean {
  if (error.code !== 'HPE_PAUSED') return false;
  // Parsers are used again for other connections.
  delete (socket as Carrier).parser?.getCurrentBuffer;
  return true;
}

/**
 * What still comes of a body is dropped.
 * @param isReadOn whether it is read at all; otherwise at most what comes with the next read
 */
export function dropBody(request: BodyCarrier, isReadOn: boolean): void {
  if (!request.unasked) return;
  request.unasked.silence(request);
  if (!isReadOn) {
    request.unasked.isCut = true;
    // The parser tells of no piece, so that nothing else would stop it.
    request.socket.pause();
  }
  // What has come already would be kept for as long as the sender is waited for.
  while (request.read() !== null);
}

/** Whether part of a body was dropped, because it came in too many pieces before it was asked for. */
export function isBodyCut(request: BodyCarrier): boolean {
  return request.unasked?.isCut ?? false;
}
