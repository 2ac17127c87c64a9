import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { requestContext } from './request-context.js';

/** What is noted of a request beside itself: see `RequestContext`. */
export const RequestNotes = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  requestContext(context.switchToHttp().getRequest<Request>()),
);
