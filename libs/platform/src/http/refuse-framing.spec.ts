import { describe, expect, it } from '@jest/globals';
import { AppError } from '../errors/app-error.js';
import { refuseAmbiguousFraming } from './refuse-framing.js';

function refusal(url: string, ...names: string[]): string {
  try {
    refuseAmbiguousFraming({ url, rawHeaders: names.flatMap((name) => [name, 'value']) });
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('the framing of a request', () => {
  it('is fine with each header once and with repeats of those that may repeat', () => {
    const once = ['Host', 'X-Api-Key', 'Authorization', 'Content-Length', 'Content-Type', 'Origin'];
    expect(refusal('/', ...once, 'Accept', 'Accept', 'Cookie', 'Cookie')).toBe('none');
  });

  it.each(['Host', 'Content-Length', 'Content-Type', 'Origin'])('is bad with two %s', (name) => {
    expect(refusal('/', name, name)).toBe('bad_request');
    expect(refusal('/', name, 'Accept', name.toUpperCase())).toBe('bad_request');
  });

  it.each(['X-Api-Key', 'Authorization', 'X-Visitor-Token'])(
    'is ambiguous with two %s in any case',
    (name) => {
      expect(refusal('/', name, name)).toBe('key_ambiguous');
      expect(refusal('/', name.toLowerCase(), name.toUpperCase())).toBe('key_ambiguous');
    },
  );

  it('is not confused by a header value that names a header', () => {
    const rawHeaders = ['Accept', 'host', 'X-Note', 'host', 'Host', 'a'];
    expect(() => refuseAmbiguousFraming({ url: '/', rawHeaders })).not.toThrow();
  });

  it('takes 100 headers and no more', () => {
    const names = Array.from({ length: 101 }, (_value, index) => `X-${index}`);
    expect(refusal('/', ...names.slice(1))).toBe('none');
    expect(refusal('/', ...names)).toBe('headers_too_large');
  });

  it('takes a URL of 8 KB and no longer', () => {
    expect(refusal(`/${'a'.repeat(8191)}`)).toBe('none');
    expect(refusal(`/${'a'.repeat(8192)}`)).toBe('uri_too_long');
  });
});
