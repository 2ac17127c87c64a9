import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { requestContext } from '../http/request-context.js';
import type { Rates } from './rates.js';

/**
 * Counts every request under its address; the probes of whoever runs the service apart from it.
 * @param isOwn whether a request comes from a service of ours, which is not counted
 */
export function rateMiddleware(
  rates: Rates,
  isOwn: (request: Request) => boolean = () => false,
): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    if (isOwn(request)) requestContext(request).isOwn = true;
    else if (rates.countsAddresses) {
      if (requestContext(request).path.startsWith('/health/')) rates.countProbe(request, response);
      else rates.countAddress(request, response);
    }
    next();
  };
}

/** Whether the middleware has found that a service of ours calls. */
export function isOwnCall(request: Request): boolean {
  return requestContext(request).isOwn;
}
