import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '#contracts/description';
import { noteTrace, requestContext } from '#platform';
import type { Request } from 'express';

/**
 * The trace of a request that opens a session: its caller's, by the header, and a new one where that
 * names none. The log line of the request has it, too, and so has its answer.
 */
export const TraceId = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const request = context.switchToHttp().getRequest<Request>();
  const noted = requestContext(request);
  noteTrace(noted, noted.trace);
  return noted.traceId;
});

/** Describes the header at a route that reads it. */
export function ReadsTraceparent(): MethodDecorator {
  return ApiHeader({
    name: 'traceparent',
    required: false,
    description:
      'The trace that your own monitoring goes by (W3C Trace Context): the session keeps its id. What names none is as if it were left out.',
    schema: { type: 'string' },
  });
}
