import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Express, type Request, type Response } from 'express';
import { callerAddress } from '../rates/caller-address.js';
import { inTurn } from './in-turn.js';
import { originForm } from './origin-form.js';
import { ANSWERED } from './when-answered.js';
import { serverOptions } from './server-options.js';
import { UnaskedBody } from './unasked-body.js';

/**
 * Express sets the prototype of every request and response, which costs most of its time: V8 gives
 * up their shapes. Requests born with Express's prototypes make that call a no-op: a constant
 * answer took 90 µs as shipped and 17 µs so (node:http alone 14 µs; Node 20.20, Express 5).
 */
export class FastExpressAdapter extends ExpressAdapter {
  private born: ReturnType<typeof bornWithPrototypes> | undefined;

  /** @param isUpgrade which offers of another protocol are taken up; without it none */
  constructor(private readonly isUpgrade: (request: IncomingMessage) => boolean = () => false) {
    const app = express();
    app.disable('x-powered-by');
    app.disable('etag');
    // The default parser builds nested objects from `a[b]=c`; no route of ours wants one.
    app.set('query parser', 'simple');
    // One spelling of each path: what is judged by the path must not be passed by a second one.
    app.enable('strict routing');
    app.enable('case sensitive routing');
    super(app);
  }

  /** Writes JSON itself: Express parses the content type that it has just set, among other things. */
  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    if (!isJson(body)) return super.reply(response, body, statusCode);
    if (statusCode !== undefined) response.statusCode = statusCode;
    const json = JSON.stringify(body);
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.setHeader('Content-Length', Buffer.byteLength(json));
    return response.end(json);
  }

  override initHttpServer(): void {
    this.httpServer = this.newServer();
  }

  /** A server of the same routes; there may be several. */
  newServer(): Server {
    const app = this.getInstance<Express>();
    this.born ??= bornWithPrototypes(app, this.isUpgrade);
    const listener = (request: Offering, response: ServerResponse): void => {
      givePath(request as Request);
      // What follows such an offer in the same read is lost in Node's parser.
      if (request.offersUpgrade) response.shouldKeepAlive = false;
      inTurn(request, response, () => void app(request as Request, response as Response));
    };
    const server: Server = createServer({ ...serverOptions, ...this.born }, listener);
    server.maxHeadersCount = serverOptions.maxHeadersCount;
    // `100 Continue` is the body reader's to send, once the request was found worth it.
    server.on('checkContinue', listener);
    // Other expectations are ignored (RFC 9110 section 10.1.1); Node would answer an empty 417.
    server.on('checkExpectation', listener);
    return server;
  }
}

/** A request with whether it offers to go over to another protocol. */
type Offering = IncomingMessage & { readonly offersUpgrade?: boolean };

/** Where there is nothing. */
const NOWHERE = '/-';

/** Express asks nothing of ours about a URL in which it finds no path, and answers by itself. */
function givePath(request: Request): void {
  request.url = originForm(request.url);
  try {
    if (request.path) return;
  } catch {
    // It cannot be read at all.
  }
  request.url = NOWHERE;
}

function isJson(body: unknown): body is object {
  if (typeof body !== 'object' || body === null) return false;
  return !(body instanceof StreamableFile || body instanceof Error);
}

/**
 * Subclasses, because V8 keeps one shape for what they construct. With any other `new.target`
 * (`Reflect.construct` and a plain function) each request gets a shape of its own, which is slower
 * than Express as shipped.
 */
function bornWithPrototypes(app: Express, isUpgrade: (request: IncomingMessage) => boolean) {
  class BornRequest extends IncomingMessage {
    declare offersUpgrade: boolean;
    readonly unasked = new UnaskedBody();

    /**
     * Node asks this when the headers are there, and then takes what follows for the other protocol's
     * bytes: a body beside an offer that nobody takes up would be lost.
     */
    get upgrade(): boolean {
      return this.offersUpgrade && isUpgrade(this);
    }

    set upgrade(offers: boolean | null) {
      this.offersUpgrade = offers === true;
    }

    /** Express reads one spelling of one header, and takes what it cannot read for an address. */
    get ip(): string {
      const { headers, socket } = this;
      return callerAddress({
        peer: socket.remoteAddress,
        forwardedFor: headers['x-forwarded-for'],
        forwarded: headers['forwarded'],
        trusts: app.get('trust proxy fn') as (address: string, hop: number) => boolean,
      });
    }

    override push(piece: unknown, encoding?: BufferEncoding): boolean {
      if (piece === null) this.unasked.end();
      else if (!this.unasked.keeps(this)) return false;
      return super.push(piece, encoding);
    }

    override _read(size: number): void {
      if (!this.unasked.isCut) super._read(size);
    }
  }
  class BornResponse<R extends IncomingMessage> extends ServerResponse<R> {
    [ANSWERED]: (() => void) | undefined = undefined;

    override end(...given: unknown[]): this {
      const answered = this[ANSWERED];
      if (answered) {
        this[ANSWERED] = undefined;
        answered();
      }
      return (super.end as (...args: unknown[]) => this)(...given);
    }
  }
  Object.setPrototypeOf(BornRequest.prototype, app.request);
  Object.setPrototypeOf(BornResponse.prototype, app.response);
  // What Express sets is then what they have.
  Object.assign(app, { request: BornRequest.prototype, response: BornResponse.prototype });
  return { IncomingMessage: BornRequest, ServerResponse: BornResponse };
}
