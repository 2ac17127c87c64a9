import { HttpException } from '@nestjs/common';
import { Error as MongooseError, mongo } from 'mongoose';
import { AppError } from './app-error.js';

/** Seconds a caller is asked to wait while the database is away: an election takes that long. */
const DATABASE_RETRY_SECONDS = 2;

/**
 * Turns anything that was thrown into an `AppError`: our own as it is, the framework's by its
 * status, the database's as `unavailable`, all else as `internal`.
 */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof HttpException) return fromHttpStatus(thrown.getStatus(), thrown);
  if (isDatabaseFault(thrown)) {
    return new AppError('unavailable', {
      cause: thrown,
      retryAfterSeconds: DATABASE_RETRY_SECONDS,
    });
  }
  const status = statusOf(thrown);
  if (status) return fromHttpStatus(status, thrown);
  return new AppError('internal', { cause: thrown });
}

const CODES_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'key_missing',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  422: 'invalid_input',
  429: 'rate_limited',
  431: 'headers_too_large',
};

function fromHttpStatus(status: number, cause: unknown): AppError {
  return new AppError(CODES_BY_STATUS[status] ?? 'internal', { cause });
}

/** Express and its parser mark their errors with a 4xx `status`, for example a broken escape. */
function statusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('status' in thrown)) return undefined;
  const { status } = thrown;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/**
 * The driver's and Mongoose's own errors, by their class: not all names begin alike. A duplicate key
 * is a repository's business, not this. A connection that breaks while a command waits to be written
 * fails with the socket's bare error: the driver wraps only what `write` throws. The clients of vendor
 * and Petya judge their own, and a caller that hangs up is no error of the system's.
 */
export function isDatabaseFault(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if (thrown instanceof mongo.MongoError || isConnectionFault(thrown)) return true;
  const { code, syscall } = thrown as NodeJS.ErrnoException;
  return code === 'EPIPE' || (syscall !== undefined && BROKEN_CONNECTION.has(code ?? ''));
}

/** Mongoose's errors of a class of their own, as of a cast, are mistakes of ours. */
function isConnectionFault(thrown: Error): boolean {
  const { MongooseServerSelectionError } = MongooseError;
  return thrown instanceof MongooseServerSelectionError || thrown.constructor === MongooseError;
}

const BROKEN_CONNECTION = new Set(['ECONNRESET', 'ETIMEDOUT']);
