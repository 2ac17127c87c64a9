import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { requestContext } from '../http/request-context.js';
import type { Rates } from './rates.js';

/** What is not counted as a call. */
export interface NoCalls {
  /** Whether a service of ours calls, or whoever runs it: they are not counted. */
  readonly isOwnCaller?: (request: Request) => boolean;
  /** Whether a path is a file that pages load. */
  readonly isFile?: (path: string) => boolean;
  /** Whether a path is asked for by what watches over the service. */
  readonly isProbe?: (path: string) => boolean;
}

/**
 * Counts every request under its address; the probes of whoever runs the service apart from it, and
 * files as well: whoever shares an address with many visitors loads them as often as all of these.
 */
export function rateMiddleware(
  rates: Rates,
  { isOwnCaller = () => false, isFile = () => false, isProbe = () => false }: NoCalls,
): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const context = requestContext(request);
    if (isOwnCaller(request)) context.isOwn = true;
    else if (rates.countsAddresses) {
      if (isProbe(context.path)) rates.countProbe(request, response);
      else if (isFile(context.path)) rates.countFile(request);
      else rates.countAddress(request, response);
    }
    next();
  };
}

/** Whether the middleware has found a caller that is not counted. */
export function isOwnCall(request: Request): boolean {
  return requestContext(request).isOwn;
}
