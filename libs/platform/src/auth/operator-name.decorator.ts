import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { requestContext } from '../http/request-context.js';

/** The name of the operator that the guard has let in; null where its token has none. */
export const OperatorName = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | null =>
    requestContext(context.switchToHttp().getRequest<Request>()).operatorName ?? null,
);
