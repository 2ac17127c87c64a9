import type { Request } from 'express';
import { AppError } from '../errors/app-error.js';

/**
 * Reads a request body up to a limit.
 * @throws AppError `payload_too_large`, `bad_request` when the client went away
 */
export async function readBody(request: Request, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    throw new AppError('payload_too_large');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer;
      size += bytes.length;
      if (size > maxBytes) throw new AppError('payload_too_large');
      chunks.push(bytes);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('bad_request', { cause });
  }
  return Buffer.concat(chunks, size);
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
