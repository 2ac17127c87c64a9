import { Logger } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Telemetry } from '../telemetry/telemetry.js';
import { type RequestContext, requestContext, tellTrace } from './request-context.js';

interface RequestLine {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly requestId: string;
  accountId?: string;
  traceId?: string;
  problem?: string;
}

/**
 * Sets the headers every answer carries and writes one log line a request: method, route pattern,
 * status, milliseconds, request id, account, and the trace that the request belongs to. The pattern
 * and not the path, so that no id and no query, hence no credential, is ever written.
 */
export function requestLogMiddleware(telemetry: Telemetry): RequestHandler {
  const logger = new Logger('Request');
  return (request: Request, response: Response, next: NextFunction) => {
    const context = requestContext(request);
    context.answer = response;
    tellTrace(context);
    response.setHeader('X-Request-Id', context.requestId);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    const { traceparent } = request.headers;
    const observation = telemetry.begin({
      kind: 'request',
      method: request.method,
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      notes: context,
    });
    response.on('close', () => {
      const line = lineOf(request, response, context);
      logger.log(line);
      observation?.end({ outcome: String(line.status), route: patternOf(request) });
    });
    if (observation) observation.within(next);
    else next();
  };
}

function lineOf(request: Request, response: Response, context: RequestContext): RequestLine {
  const line: RequestLine = {
    method: request.method,
    route: patternOf(request) ?? '(no route)',
    status: response.writableFinished ? response.statusCode : 499,
    ms: Math.round(performance.now() - context.startedAtMs),
    requestId: context.requestId,
  };
  if (context.accountId) line.accountId = context.accountId;
  if (context.traceId) line.traceId = context.traceId;
  if (context.problem) line.problem = context.problem;
  return line;
}

function patternOf(request: Request): string | null {
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path : null;
}
