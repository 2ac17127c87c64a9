import { describe, expect, it } from '@jest/globals';
import { errorBody } from '#platform';
import { avatarErrors } from '../../errors.js';
import { mayHaveActed } from '../outcome.js';
import { refusal } from './liveavatar.refusal.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const REQUEST_ID = '0190f6d4-7c1e-7a33-9b1f-0123456789ab';

const refused = (status: number, body: unknown = null, retryAfter?: string) =>
  refusal({ status, body, retryAfter }, NOW);

const concurrency = { code: 4003, message: 'Session concurrency limit reached', data: null };
const credits = { code: 4032, message: 'Not enough credits for one minute', data: null };

describe('a refusal of LiveAvatar', () => {
  it.each([
    [401, null, 'vendor_auth'],
    [401, concurrency, 'vendor_auth'],
    [403, concurrency, 'vendor_full'],
    [403, credits, 'vendor_quota'],
    [403, { message: 'CREDITS exhausted' }, 'vendor_quota'],
    [403, { code: '4003' }, 'vendor_auth'],
    [403, null, 'vendor_auth'],
    [403, '<html>Forbidden</html>', 'vendor_auth'],
    [429, null, 'vendor_busy'],
    [400, { code: 4000 }, 'vendor_refused'],
    [404, null, 'vendor_refused'],
    [409, concurrency, 'vendor_refused'],
    [422, [], 'vendor_refused'],
    [500, null, 'vendor_unreachable'],
    [502, '<html>', 'vendor_unreachable'],
    [503, concurrency, 'vendor_unreachable'],
    [301, null, 'vendor_garbled'],
    [302, null, 'vendor_garbled'],
    [307, null, 'vendor_garbled'],
    [304, null, 'vendor_garbled'],
    [100, null, 'vendor_garbled'],
  ])('with status %i and body %j is %s', (status, body, code) => {
    expect(refused(status, body).code).toBe(code);
  });

  it('never answers 401 for our key: the customer can do nothing about it', () => {
    for (let status = 100; status < 600; status += 1) {
      expect(errorBody(refused(status), avatarErrors, REQUEST_ID).status).not.toBe(401);
    }
  });

  it.each([400, 404, 409, 422])("of another kind keeps the vendor's status %i", (status) => {
    const body = errorBody(refused(status, { code: 4711 }), avatarErrors, REQUEST_ID);
    expect(body).toMatchObject({ status, vendor_code: 4711, type: 'urn:problem:vendor_refused' });
  });

  it.each([undefined, 'abc', '4711', 1.5, Infinity, null, {}])(
    'has no vendor code where there is none: %p',
    (code) => {
      expect(errorBody(refused(422, { code }), avatarErrors, REQUEST_ID)).not.toHaveProperty(
        'vendor_code',
      );
    },
  );

  it("never carries the vendor's text, neither to the caller nor to the log", () => {
    const body = { code: 4711, message: 'SECRET about credits', data: 'SECRET' };
    for (const status of [302, 400, 401, 403, 404, 422, 429, 500, 503]) {
      const error = refused(status, body, 'SECRET');
      expect(JSON.stringify(errorBody(error, avatarErrors, REQUEST_ID))).not.toContain('SECRET');
      expect(String(error.cause)).not.toContain('SECRET');
    }
  });

  it('leaves open whether the vendor has acted only where that is so', () => {
    const ambiguous = [200, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503].filter((status) =>
      mayHaveActed(refused(status)),
    );
    expect(ambiguous).toEqual([200, 302, 500, 503]);
  });
});

describe('the wait that LiveAvatar asks for', () => {
  it.each([
    ['7', 7],
    ['59.5', 59.5],
    ['60', 60],
    ['61', 60],
    ['315360000', 60],
    ['1e9', 1],
    ['0', 1],
    ['-5', 1],
    ['', 1],
    ['soon', 1],
    [undefined, 1],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 1],
    ['Sat, 01 Mar 2036 12:00:00 GMT', 60],
    ['2026-03-01T12:00:30Z', 1],
    ['7, 9', 1],
  ])('by %j is %p s', (header, seconds) => {
    expect(refused(429, null, header).details.retryAfterSeconds).toBe(seconds);
  });

  it('is five seconds when all its sessions are taken', () => {
    expect(refused(403, concurrency, '30').details.retryAfterSeconds).toBe(5);
  });
});
