import type { NextFunction, Request, RequestHandler, Response } from 'express';
import {
  expectsContinue,
  hasBody,
  readBody,
  refuseAnnouncedLength,
  refuseForeignMedia,
} from './read-body.js';
import { parseStrictJson } from './strict-json.js';

/** What a route takes as its body where it is not JSON up to the default limit. */
export interface BodyRule {
  readonly path: RegExp;
  readonly maxBytes?: number;
  /** `text` for the one route a beacon calls. */
  readonly type?: 'json' | 'text';
}

/** Largest body of a route without a rule of its own (contract section 6, 9). */
export const DEFAULT_BODY_BYTES = 64 * 1024;

/**
 * Reads every body strictly, in one place. A request without a body gets `undefined`, whatever
 * its content type says: the official SDK sends `application/json` and no body.
 */
export function bodyMiddleware(rules: readonly BodyRule[]): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    if (!hasBody(request)) return next();
    const rule = rules.find((each) => each.path.test(request.path));
    void read(request, response, rule).then((body) => {
      request.body = body;
      next();
    }, next);
  };
}

async function read(
  request: Request,
  response: Response,
  rule: BodyRule | undefined,
): Promise<unknown> {
  const isText = rule?.type === 'text';
  refuseForeignMedia(request, isText ? 'text/plain' : 'application/json');
  const maxBytes = rule?.maxBytes ?? DEFAULT_BODY_BYTES;
  refuseAnnouncedLength(request, maxBytes);
  if (expectsContinue(request)) response.writeContinue();
  const bytes = await readBody(request, maxBytes);
  return isText ? bytes.toString('utf8') : parseStrictJson(bytes);
}
