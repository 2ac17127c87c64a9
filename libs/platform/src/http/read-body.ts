import type { Request } from 'express';
import { AppError } from '../errors/app-error.js';
import { type Room, SMALL_BODY_BYTES } from './large-bodies.js';
import { askForBody } from './unasked-body.js';

/** What is asked while a body is read. */
export interface Reading {
  /** Asked for as soon as there is more than the usual size; meanwhile nothing is read. */
  readonly room?: Room | undefined;
  /** Judges the request by its headers as soon as a byte of a body is there; throws what refuses it. */
  readonly judge?: () => void;
}

/**
 * Reads a request body up to a limit.
 * @throws AppError `payload_too_large`, `overloaded`, `bad_request` when the client went away or had
 * sent it in too many pieces before it was asked for, and what `judge` throws
 */
export async function readBody(
  request: Request,
  maxBytes: number,
  { room, judge }: Reading = {},
): Promise<Buffer> {
  refuseAnnounced(request, maxBytes, judge);
  if (!askForBody(request)) throw new AppError('bad_request');
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      request.off('data', take).off('end', end).off('error', fail).off('close', fail);
    };
    const refuse = (error: Error): void => {
      stop();
      request.pause();
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      try {
        if (size === 0 && lengthOf(request) === 0) judge?.();
      } catch (error) {
        return refuse(error as Error);
      }
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        if (room && size > SMALL_BODY_BYTES) waitFor(room);
        return;
      }
      refuse(new AppError('payload_too_large'));
    };
    const waitFor = (wanted: Room): void => {
      room = undefined;
      request.pause();
      wanted.wait().then(
        () => request.resume(),
        (error: Error) => {
          stop();
          reject(error);
        },
      );
    };
    const end = (): void => {
      stop();
      resolve(Buffer.concat(chunks, size));
    };
    const fail = (cause?: Error): void => {
      stop();
      reject(new AppError('bad_request', { cause }));
    };
    if (request.destroyed) return fail();
    // Listeners, because an iterator over the request costs as much as the routing of it.
    request.on('data', take).on('end', end).on('error', fail).on('close', fail);
  });
}

/**
 * Refuses a body that announces its length, before a byte of it is asked for. Chunks may turn out to
 * hold nothing: framing is no body and has no media type.
 * @throws AppError `payload_too_large`, and what `judge` throws
 */
export function refuseAnnounced(request: Request, maxBytes: number, judge?: () => void): void {
  const length = lengthOf(request);
  if (length > 0) judge?.();
  if (length > maxBytes) throw new AppError('payload_too_large');
}

/** The length that a body announces; 0 where it announces none. */
function lengthOf(request: Request): number {
  return Number(request.headers['content-length'] ?? 0);
}

/**
 * Whether the client waits for `100 Continue` before it sends its body. Node would send it by
 * itself, before anybody looked at the request; the server leaves it to the body's reader instead.
 */
export function expectsContinue(request: Request): boolean {
  // Whoever speaks HTTP/1.0 takes it for the answer (RFC 9110 section 10.1.1).
  if (request.httpVersion === '1.0') return false;
  return request.headers.expect?.toLowerCase() === '100-continue';
}

/** What clients call UTF-8: all labels that the Encoding Standard has for it. */
const UTF_8_LABELS: ReadonlySet<string> = new Set([
  'unicode-1-1-utf-8',
  'unicode11utf8',
  'unicode20utf8',
  'utf-8',
  'utf8',
  'x-unicode20utf8',
]);

/**
 * Judges media type, charset and encoding of a body that is there.
 * @throws AppError `unsupported_media_type`
 */
export function refuseForeignMedia(request: Request, mediaType: string): void {
  const { 'content-encoding': codings, 'content-type': header = '' } = request.headers;
  const [type, ...parameters] = header.split(';');
  const isOurs = type?.trim().toLowerCase() === mediaType;
  if (isOurs && isUncoded(codings) && parameters.every(isNoForeignCharset)) return;
  const advice = ` Send ${mediaType} in UTF-8, without a content encoding.`;
  throw new AppError('unsupported_media_type', { params: { advice } });
}

/** A list of codings may name none, and `identity` is none (RFC 9110 section 8.4). */
function isUncoded(codings = ''): boolean {
  return codings.split(',').every((coding) => /^\s*(?:identity)?\s*$/i.test(coding));
}

function isNoForeignCharset(parameter: string): boolean {
  const [name, value = ''] = parameter.split('=').map((part) => part.trim().toLowerCase());
  return name !== 'charset' || UTF_8_LABELS.has(value.replaceAll('"', '').trim());
}

/** Whether a body may come. In chunks it may turn out to be empty, which is none. */
export function mayHaveBody(request: Request): boolean {
  return request.headers['transfer-encoding'] !== undefined || lengthOf(request) > 0;
}
