import { describe, expect, it } from '@jest/globals';
import { errorBody, errorBodySchema, type ErrorTable, platformErrors } from '#platform';
import { Ajv } from 'ajv';
import { AvatarError, type AvatarErrorCode, avatarErrors } from './errors.js';

const REQUEST_ID = '0190f6d4-7c1e-7a33-9b1f-0123456789ab';
const validate = new Ajv({ allErrors: true }).compile(errorBodySchema);
const rows = Object.entries<ErrorTable[string]>(avatarErrors) as [
  AvatarErrorCode,
  ErrorTable[string],
][];

describe('the problems of the avatar app', () => {
  it.each(rows)('have a sound body: %s', (code, { status, sequence, retryable }) => {
    const body = errorBody(new AvatarError(code), avatarErrors, REQUEST_ID);
    expect(validate(body)).toBe(true);
    expect(body).toMatchObject({ status, retryable, type: `urn:problem:${code}` });
    expect(body.code).toBe(900_000 + status * 100 + sequence);
  });

  it('have a number each', () => {
    const codes = rows.map(([, { status, sequence }]) => `${status}/${sequence}`);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('hold those of both apps as they are, and count their own from 50', () => {
    expect(avatarErrors).toMatchObject(platformErrors);
    const own = rows.filter(([code]) => !(code in platformErrors));
    for (const [, { sequence }] of own) expect(sequence).toBeGreaterThanOrEqual(50);
  });

  it.each([
    ['message_conflict', 409],
    ['session_ended', 410],
    ['idempotency_running', 409],
    ['idempotency_mismatch', 422],
    ['account_full', 429],
    ['vendor_unreachable', 502],
    ['vendor_garbled', 502],
    ['avatar_rejected', 502],
    ['vendor_auth', 503],
    ['vendor_full', 503],
    ['petya_unavailable', 503],
    ['start_unresolved', 503],
    ['vendor_timeout', 504],
    ['key_ambiguous', 400],
    ['origin_not_allowed', 403],
    ['account_suspended', 403],
  ] as const)('answer as the contract says: %s with %i', (code, status) => {
    expect(avatarErrors[code].status).toBe(status);
  });

  it('never blame the customer for our credentials', () => {
    expect(avatarErrors.vendor_auth.status).not.toBe(401);
    expect(avatarErrors.vendor_auth.retryable).toBe(false);
  });

  it('fill every place of their messages when a session is refused', () => {
    const full = new AvatarError('account_full', { params: { count: '5' } });
    expect(errorBody(full, avatarErrors, REQUEST_ID).message).toMatch(/^All 5 avatar sessions/);
  });
});
