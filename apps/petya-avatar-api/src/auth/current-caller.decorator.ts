import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { PetyaError } from '../errors.js';
import type { Caller } from './caller.js';

const callers = new WeakMap<object, Caller>();

/** Remembers who sent a request. */
export function setCurrentCaller(request: Request, caller: Caller): void {
  callers.set(request, caller);
}

/** Whose key and whose proof this request came with. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const caller = callers.get(context.switchToHttp().getRequest<Request>());
  if (!caller) throw new PetyaError('key_missing');
  return caller;
});
