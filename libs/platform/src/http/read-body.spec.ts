import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { AppError } from '../errors/app-error.js';
import { mayHaveBody, readBody, refuseForeignMedia } from './read-body.js';

function withHeaders(headers: Record<string, string>): Request {
  return { headers } as unknown as Request;
}

/** A request whose body arrives in these pieces. */
function arriving(pieces: readonly string[], headers: Record<string, string> = {}) {
  const stream = new PassThrough();
  for (const piece of pieces) stream.write(piece);
  stream.end();
  return { stream, request: Object.assign(stream, { headers }) as unknown as Request };
}

async function refusalOf(call: () => unknown): Promise<string> {
  try {
    await call();
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('reading a body', () => {
  it('joins its pieces', async () => {
    const { request } = arriving(['{"a":', '"é', '"}']);
    expect((await readBody(request, 100)).toString()).toBe('{"a":"é"}');
  });

  it('takes a body of exactly the limit and refuses one byte more', async () => {
    expect((await readBody(arriving(['12345']).request, 5)).length).toBe(5);
    expect(await refusalOf(() => readBody(arriving(['12345', '6']).request, 5))).toBe(
      'payload_too_large',
    );
  });

  it('refuses by the announced length before it reads anything', async () => {
    const { request, stream } = arriving(['123456'], { 'content-length': '6' });
    expect(await refusalOf(() => readBody(request, 5))).toBe('payload_too_large');
    expect(stream.readableLength).toBe(6);
  });

  it('leaves the connection open for the answer when it refuses in the middle', async () => {
    const stream = new PassThrough();
    const request = Object.assign(stream, { headers: {} }) as unknown as Request;
    stream.write('123456');
    expect(await refusalOf(() => readBody(request, 5))).toBe('payload_too_large');
    expect(stream.destroyed).toBe(false);
  });

  it('is a bad request when the client goes away', async () => {
    const stream = new PassThrough();
    const request = Object.assign(stream, { headers: {} }) as unknown as Request;
    stream.write('half');
    const reading = refusalOf(() => readBody(request, 100));
    stream.destroy(new Error('aborted'));
    expect(await reading).toBe('bad_request');
  });
});

describe('a body without a length', () => {
  const judge = () => {
    throw new AppError('unsupported_media_type');
  };

  it('is judged once a byte of it is there, and framing is none', async () => {
    expect((await readBody(arriving([]).request, 5, { judge })).length).toBe(0);
    const { request, stream } = arriving(['1', '2']);
    expect(await refusalOf(() => readBody(request, 5, { judge }))).toBe('unsupported_media_type');
    expect(stream.destroyed).toBe(false);
  });

  it('is judged before it is read where it has one', async () => {
    const { request, stream } = arriving(['12'], { 'content-length': '2' });
    expect(await refusalOf(() => readBody(request, 5, { judge }))).toBe('unsupported_media_type');
    expect(stream.readableLength).toBe(2);
  });
});

describe('whether there may be a body', () => {
  it.each([
    [{}, false],
    [{ 'content-length': '0' }, false],
    [{ 'content-type': 'application/json' }, false],
    [{ 'content-length': '2' }, true],
    [{ 'transfer-encoding': 'chunked' }, true],
  ])('is told by the headers %j: %p', (headers, expected) => {
    expect(mayHaveBody(withHeaders(headers))).toBe(expected);
  });
});

describe('the media type of a body', () => {
  it.each([
    'application/json',
    'Application/JSON',
    ' application/json ; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; charset=utf-8; profile=x',
    'application/json;',
    'application/json; charset=utf8',
    'application/json;charset=UTF8',
    'application/json; charset="Utf8"',
    'application/json; charset=unicode-1-1-utf-8',
    'application/json; charset=unicode11utf8',
    'application/json; charset=Unicode20UTF8',
    'application/json; charset=x-unicode20utf8',
  ])('is JSON: %j', async (type) => {
    const request = withHeaders({ 'content-type': type });
    expect(await refusalOf(() => refuseForeignMedia(request, 'application/json'))).toBe('none');
  });

  it.each([
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/problem+json',
    'application/json, text/plain',
    'application/json; charset=utf-7',
    'application/json; charset=utf_8',
    'application/json; charset=utf-8-sig',
    'application/json; charset=cesu-8',
    'application/json; charset=utf-16le',
    'application/json; charset=iso-8859-1',
    'application/json; charset=',
    'application/json; charset',
    'application/json; charset=utf-8; charset=utf-7',
  ])('is not JSON in UTF-8: %j', async (type) => {
    const request = withHeaders({ 'content-type': type });
    expect(await refusalOf(() => refuseForeignMedia(request, 'application/json'))).toBe(
      'unsupported_media_type',
    );
  });

  it('has to be there', async () => {
    expect(await refusalOf(() => refuseForeignMedia(withHeaders({}), 'application/json'))).toBe(
      'unsupported_media_type',
    );
  });

  it.each([
    ['identity', 'none'],
    ['Identity', 'none'],
    ['gzip', 'unsupported_media_type'],
    ['br', 'unsupported_media_type'],
    ['gzip, identity', 'unsupported_media_type'],
    ['', 'none'],
    ['identity, Identity', 'none'],
    [' , ', 'none'],
    ['utf-8', 'unsupported_media_type'],
    ['identity,, gzip', 'unsupported_media_type'],
  ])('may be encoded by %j: %s', async (encoding, expected) => {
    const request = withHeaders({
      'content-type': 'application/json',
      'content-encoding': encoding,
    });
    expect(await refusalOf(() => refuseForeignMedia(request, 'application/json'))).toBe(expected);
  });
});
