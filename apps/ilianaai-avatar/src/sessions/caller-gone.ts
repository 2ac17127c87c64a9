import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';

/** A signal that aborts where the caller goes away before it was sent its whole answer. */
export const CallerGone = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  goneOf(context.switchToHttp().getResponse<Response>()),
);

function goneOf(response: Response): AbortSignal {
  const gone = new AbortController();
  const look = (): void => {
    if (!response.writableFinished) gone.abort();
  };
  if (response.closed) look();
  else response.once('close', look);
  return gone.signal;
}

/** Calls back when it aborts, or at once where it has. */
export function whenAborted(signal: AbortSignal | null, run: () => void): void {
  if (signal?.aborted) run();
  else signal?.addEventListener('abort', run, { once: true });
}
