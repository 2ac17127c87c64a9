import type { Response } from 'express';
import type { AppError } from './app-error.js';
import { type ErrorBody, errorBody } from './error-body.js';
import type { ErrorTable } from './error-table.js';

/** Where the answer goes, and what decides its media type. */
export interface ErrorTarget {
  readonly requestId: string;
  readonly vendorShaped: boolean;
  readonly accept: string | undefined;
  /** Sends the body in place of `response.end`, where there is more to it. */
  readonly end?: ((json: string) => void) | undefined;
}

/**
 * Writes an error in our one shape, with the headers its status asks for
 * (`WWW-Authenticate`, `Retry-After`, `Allow`).
 */
export function writeError(
  response: Response,
  error: AppError,
  table: ErrorTable,
  target: ErrorTarget,
): ErrorBody {
  const body = errorBody(error, table, target.requestId);
  if (body.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="avatar"');
  // What no other attempt cures names no time for one.
  const isWorthAnother = body.retryable && isBusy(body.status);
  const wait = error.details.retryAfterSeconds ?? (isWorthAnother ? 1 : undefined);
  if (wait !== undefined) response.setHeader('Retry-After', String(Math.max(1, Math.ceil(wait))));
  if (error.details.allow) response.setHeader('Allow', error.details.allow.join(', '));
  if (error.details.upgrade) {
    response.setHeader('Upgrade', error.details.upgrade);
    response.setHeader('Connection', 'Upgrade, close');
  }
  response.status(body.status);
  response.setHeader('Content-Type', mediaType(target));
  const json = JSON.stringify(body);
  if (target.end) target.end(json);
  else response.end(json);
  return body;
}

function isBusy(status: number): boolean {
  return status === 429 || status === 503;
}

/** `application/json` for the vendors' SDKs, `application/problem+json` for everybody else. */
export function mediaType(target: Pick<ErrorTarget, 'vendorShaped' | 'accept'>): string {
  const asksForProblem = target.accept?.includes('application/problem+json') ?? false;
  return target.vendorShaped && !asksForProblem ? 'application/json' : 'application/problem+json';
}
