import type { Request } from 'express';
import { AppError } from '../errors/app-error.js';
import { type Room, SMALL_BODY_BYTES } from './large-bodies.js';
import { askForBody } from './unasked-body.js';

/**
 * Reads a request body up to a limit.
 * @param room asked for as soon as there is more than the usual size; meanwhile nothing is read
 * @throws AppError `payload_too_large`, `overloaded`, `bad_request` when the client went away or had
 * sent it in too many pieces before it was asked for
 */
export async function readBody(request: Request, maxBytes: number, room?: Room): Promise<Buffer> {
  refuseAnnouncedLength(request, maxBytes);
  if (!askForBody(request)) throw new AppError('bad_request');
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      request.off('data', take).off('end', end).off('error', fail).off('close', fail);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        if (room && size > SMALL_BODY_BYTES) waitFor(room);
        return;
      }
      stop();
      request.pause();
      reject(new AppError('payload_too_large'));
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
 * Refuses a body by the length it announces, before a byte of it is asked for.
 * @throws AppError `payload_too_large`
 */
export function refuseAnnouncedLength(request: Request, maxBytes: number): void {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    throw new AppError('payload_too_large');
  }
}

/**
 * Whether the client waits for `100 Continue` before it sends its body. Node would send it by
 * itself, before anybody looked at the request; the server leaves it to the body's reader instead.
 */
export function expectsContinue(request: Request): boolean {
  return request.headers.expect?.toLowerCase() === '100-continue';
}

/**
 * Judges media type, charset and encoding of a body that is there.
 * @throws AppError `unsupported_media_type`
 */
export function refuseForeignMedia(request: Request, mediaType: string): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new AppError('unsupported_media_type');
  }
  const [type, ...parameters] = (request.headers['content-type'] ?? '').split(';');
  if (type?.trim().toLowerCase() !== mediaType) throw new AppError('unsupported_media_type');
  for (const parameter of parameters) {
    const [name, value] = parameter.split('=').map((part) => part.trim().toLowerCase());
    if (name === 'charset' && value?.replaceAll('"', '') !== 'utf-8') {
      throw new AppError('unsupported_media_type');
    }
  }
}

/** Whether a request carries a body at all. */
export function hasBody(request: Request): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0
  );
}
