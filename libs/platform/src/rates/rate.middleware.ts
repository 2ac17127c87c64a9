import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Rates } from './rates.js';

/**
 * Counts every request under its address, but for the probes of whoever runs the service.
 * @param isOwn whether a request comes from a service of ours, which is not counted
 */
export function rateMiddleware(
  rates: Rates,
  isOwn: (request: Request) => boolean = () => false,
): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const isCounted = rates.countsAddresses && !request.path.startsWith('/health/');
    if (isCounted && !isOwn(request)) rates.countAddress(request, response);
    next();
  };
}
