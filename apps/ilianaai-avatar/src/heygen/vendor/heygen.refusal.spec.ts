import { describe, expect, it } from '@jest/globals';
import { heygenRefusal, isGone, isWrongState } from './heygen.refusal.js';

const refusal = (status: number, body: unknown, retryAfter?: string) =>
  heygenRefusal({ status, body, retryAfter }, 0);

describe('heygenRefusal', () => {
  it.each([
    [410, { code: 'endpoint_sunset', message: 'gone' }, 'heygen_sunset'],
    [400, { error: { code: 'endpoint_sunset' }, data: null }, 'heygen_sunset'],
    [401, { code: 400112, message: 'Unauthorized' }, 'vendor_auth'],
    [400, { code: 40009, message: 'Invalid credentials' }, 'vendor_auth'],
    [400, { code: 10007, message: 'Concurrent limit reached, please …' }, 'vendor_full'],
    [400, { code: 1, message: 'not enough credit' }, 'vendor_quota'],
    [400, { code: 10013, message: 'avatar not found' }, 'avatar_rejected'],
    [429, null, 'vendor_busy'],
    [502, null, 'vendor_unreachable'],
    [302, null, 'vendor_garbled'],
    [400, { code: 400006, message: 'state' }, 'vendor_refused'],
  ])('takes %d %p for %s', (status, body, code) => {
    expect(refusal(status, body).code).toBe(code);
  });

  it('passes the status and the number on, and never the text', () => {
    const { details } = refusal(400, { code: 400006, message: 'secret' });
    expect(details).toMatchObject({ status: 400, vendorCode: 400006 });
    expect(JSON.stringify({ ...details, cause: String(details.cause) })).not.toContain('secret');
  });

  it('bounds the wait that is asked for', () => {
    expect(refusal(429, null, '315360000').details.retryAfterSeconds).toBe(60);
  });
});

describe('isGone', () => {
  it('knows a session that is unknown, and a service that is no more', () => {
    expect(isGone(refusal(400, { code: 400004 }))).toBe(true);
    expect(isGone(refusal(410, { code: 'endpoint_sunset' }))).toBe(true);
    expect(isGone(refusal(400, { code: 400006 }))).toBe(false);
    expect(isWrongState(refusal(400, { code: 400006 }))).toBe(true);
  });
});
