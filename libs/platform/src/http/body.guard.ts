import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { type LargeBodies } from './large-bodies.js';
import {
  expectsContinue,
  mayHaveBody,
  readBody,
  refuseAnnounced,
  refuseForeignMedia,
} from './read-body.js';
import { MAX_MEMBERS, parseStrictJsonInPieces } from './strict-json.js';

/** What a route takes as its body where it is not JSON up to the default limits. */
export interface BodyRule {
  readonly path: RegExp;
  readonly maxBytes?: number;
  /** Most members and list entries in it. */
  readonly maxMembers?: number;
  /** `text` for the one route a beacon calls: its body is the credential and is read before it. */
  readonly type?: 'json' | 'text';
}

/** Largest body of a route without a rule of its own. */
export const DEFAULT_BODY_BYTES = 64 * 1024;

/**
 * On a route that takes no more than this a body needs no room: those routes are called with the key
 * of the page, and a stranger's slow bodies must not hold up everybody's.
 */
const ROOMLESS_BYTES = 1024 * 1024;

/**
 * Reads a request's body strictly, after the credential's guard has let the request in: before that
 * not a byte of it is looked at. A request without a body gets `undefined`, whatever its content
 * type says: the official SDK sends `application/json` and no body.
 */
@Injectable()
export class BodyGuard implements CanActivate {
  constructor(
    private readonly rules: readonly BodyRule[],
    private readonly large: LargeBodies,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    if (!mayHaveBody(request) || request.body !== undefined) return true;
    const rule = ruleFor(this.rules, request);
    return this.read(request, http.getResponse<Response>(), rule);
  }

  private async read(request: Request, response: Response, rule: BodyRule | undefined) {
    const maxBytes = rule?.maxBytes ?? DEFAULT_BODY_BYTES;
    const judge = () => refuseForeignMedia(request, 'application/json');
    refuseAnnounced(request, maxBytes, judge);
    const room = maxBytes > ROOMLESS_BYTES ? this.large.roomFor(request, response) : undefined;
    if (room?.isNeededNow) await room.wait();
    if (expectsContinue(request)) response.writeContinue();
    const bytes = await readBody(request, maxBytes, { room, judge });
    if (bytes.length === 0) return true;
    request.body = await parseStrictJsonInPieces(bytes, rule?.maxMembers ?? MAX_MEMBERS);
    return true;
  }
}

/** Reads the bodies that are credentials: nobody can be let in before they are read. */
export function credentialBodyMiddleware(rules: readonly BodyRule[]): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const rule = ruleFor(rules, request);
    if (rule?.type !== 'text' || !mayHaveBody(request)) return next();
    void readText(request, response, rule.maxBytes ?? DEFAULT_BODY_BYTES).then((body) => {
      request.body = body;
      next();
    }, next);
  };
}

async function readText(request: Request, response: Response, maxBytes: number): Promise<string> {
  const judge = () => refuseForeignMedia(request, 'text/plain');
  refuseAnnounced(request, maxBytes, judge);
  if (expectsContinue(request)) response.writeContinue();
  return (await readBody(request, maxBytes, { judge })).toString('utf8');
}

function ruleFor(rules: readonly BodyRule[], request: Request): BodyRule | undefined {
  return rules.find((each) => each.path.test(request.path));
}
