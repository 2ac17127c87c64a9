import type { NextFunction, Request, RequestHandler, Response } from 'express';

/**
 * One middleware of several. For each that Express's router calls by itself it makes closures and
 * compares paths, which costs more than most of ours do.
 */
export function inOrder(handlers: readonly RequestHandler[]): RequestHandler {
  return (request: Request, response: Response, done: NextFunction) => {
    let at = 0;
    const next = (error?: unknown): void => {
      const handler = handlers[at];
      if (error !== undefined || !handler) return done(error);
      at += 1;
      try {
        void handler(request, response, next);
      } catch (thrown) {
        done(thrown);
      }
    };
    next();
  };
}
