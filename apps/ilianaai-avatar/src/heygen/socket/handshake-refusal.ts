import { type AppError, errorBody, TRACE_HEADER } from '#platform';
import { avatarErrors } from '../../errors.js';
import type { AskedHandshake } from './opening-handshake.js';

/** The answer to a handshake that is refused: our error body, as over any other route. */
export function handshakeRefusal(error: AppError, { requestId, traceId }: AskedHandshake): string {
  const body = errorBody(error, avatarErrors, requestId);
  const json = JSON.stringify(body);
  const { retryAfterSeconds } = error.details;
  const isBusy = body.status === 429 || body.status === 503;
  const wait = retryAfterSeconds ?? (isBusy ? 1 : undefined);
  return [
    `HTTP/1.1 ${body.status} ${body.title}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(json)}`,
    `X-Request-Id: ${requestId}`,
    ...(traceId ? [`${TRACE_HEADER}: ${traceId}`] : []),
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    ...(body.status === 401 ? ['WWW-Authenticate: Bearer realm="avatar"'] : []),
    // What a server that speaks another version of the protocol has to say (RFC 6455, 4.4).
    ...(error.code === 'bad_request' ? ['Sec-WebSocket-Version: 13'] : []),
    ...(wait === undefined ? [] : [`Retry-After: ${Math.max(1, Math.ceil(wait))}`]),
    'Connection: close',
    '',
    json,
  ].join('\r\n');
}
