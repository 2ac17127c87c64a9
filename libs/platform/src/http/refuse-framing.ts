import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors/app-error.js';
import { MAX_URL_BYTES, serverOptions } from './server-options.js';

/** Headers that name one thing; two of them let two readers see two different requests. */
const ONCE = new Set([
  'host',
  'x-api-key',
  'authorization',
  'x-visitor-token',
  'content-length',
  'content-type',
  'origin',
]);

const CREDENTIALS = new Set(['x-api-key', 'authorization', 'x-visitor-token']);

/**
 * Refuses what Node's parser lets through and two readers could understand differently.
 * @throws AppError `uri_too_long`, `headers_too_large`, `bad_request`, or `key_ambiguous`
 */
export function refuseAmbiguousFraming(
  request: Pick<IncomingMessage, 'url' | 'rawHeaders'> & { readonly httpVersion?: string },
): void {
  if ((request.url?.length ?? 0) > MAX_URL_BYTES) throw new AppError('uri_too_long');
  const names = request.rawHeaders.filter((_value, index) => index % 2 === 0);
  if (names.length > serverOptions.maxHeadersCount) throw new AppError('headers_too_large');
  const seen = new Set<string>();
  for (const name of names.map((each) => each.toLowerCase())) {
    if (ONCE.has(name) && seen.has(name)) {
      throw new AppError(CREDENTIALS.has(name) ? 'key_ambiguous' : 'bad_request');
    }
    seen.add(name);
  }
  // RFC 9112 section 3.2: HTTP/1.1 without Host is 400.
  if (request.httpVersion === '1.1' && !seen.has('host')) throw new AppError('bad_request');
}
