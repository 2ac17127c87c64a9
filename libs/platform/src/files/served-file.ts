import type { Request, Response } from 'express';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

const compress = promisify(gzip);

/** One file as it is answered, held in memory. */
export class ServedFile {
  /** Changes with the content and with nothing else. */
  readonly tag: string;
  private compressed: Promise<Buffer> | undefined;

  constructor(
    readonly type: string,
    readonly immutable: boolean,
    readonly content: Buffer,
  ) {
    this.tag = createHash('sha384').update(content).digest('base64url').slice(0, 32);
  }

  /** Made when somebody first asks for it. */
  gzipped(): Promise<Buffer> {
    this.compressed ??= compress(this.content, { level: constants.Z_BEST_COMPRESSION });
    return this.compressed;
  }
}

/** What caches do with a file that is named by its content. */
export const FOREVER = 'max-age=31536000, immutable';

/**
 * Answers with a file: compressed for whoever takes that, 304 for whoever has it. How long it is kept,
 * and who may read it, has been said before.
 */
export async function answerFile(
  request: Request,
  response: Response,
  file: ServedFile,
): Promise<void> {
  const isGzipped = request.acceptsEncodings('gzip') === 'gzip';
  const body = isGzipped ? await file.gzipped() : file.content;
  response.setHeader('Vary', 'Accept-Encoding');
  response.setHeader('ETag', isGzipped ? `"${file.tag}.gz"` : `"${file.tag}"`);
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  response.setHeader('Content-Type', file.type);
  response.setHeader('Content-Length', body.length);
  if (isGzipped) response.setHeader('Content-Encoding', 'gzip');
  response.end(body);
}
