import { STATUS_CODES } from 'node:http';
import type { AppError, InputProblem } from './app-error.js';
import type { ErrorTable } from './error-table.js';

/**
 * The one error body of both apps: the vendor's envelope, so that the vendors' SDKs show it, with
 * the members of RFC 9457.
 */
export interface ErrorBody {
  readonly code: number;
  readonly message: string;
  readonly data: null;
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly instance: string;
  readonly retryable: boolean;
  readonly errors?: readonly InputProblem[];
  readonly vendor_code?: number;
}

/**
 * Builds the body for an error.
 * @param requestId the id that `X-Request-Id` carries
 */
export function errorBody(error: AppError, table: ErrorTable, requestId: string): ErrorBody {
  const code = error.code in table ? error.code : 'internal';
  const entry = table[code];
  if (!entry) throw new Error('an error table must have a row for "internal"');
  const status = error.details.status ?? entry.status;
  return {
    code: Number(`9${status}${String(entry.sequence).padStart(2, '0')}`),
    message: messageOf(error, entry.message),
    data: null,
    type: `urn:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    instance: `urn:request:${requestId}`,
    retryable: entry.retryable && error.details.instead === undefined,
    ...(error.details.errors ? { errors: error.details.errors } : {}),
    ...(error.details.vendorCode === undefined ? {} : { vendor_code: error.details.vendorCode }),
  };
}

function messageOf({ details }: AppError, template: string): string {
  const message = fill(template, { first: firstOf(details.errors ?? []), ...details.params });
  const { instead } = details;
  return instead === undefined || message.endsWith(instead) ? message : `${message} ${instead}`;
}

/** The first problem of refused input in words, for whoever shows the message and nothing else. */
function firstOf([first, ...others]: readonly InputProblem[]): string {
  if (first === undefined) return '';
  const more = others.length === 0 ? '' : ` (and ${others.length} more, see errors)`;
  return `: ${first.pointer || 'it'} ${first.message}${more}`;
}

function fill(message: string, params: Readonly<Record<string, string>>): string {
  return message.replace(
    /\{(\w+)(?:\|([^}]*))?\}/g,
    (_match, name: string, words = '') => params[name] ?? words,
  );
}
