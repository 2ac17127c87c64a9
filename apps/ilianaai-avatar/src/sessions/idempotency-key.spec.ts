import { describe, expect, it } from '@jest/globals';
import { AvatarError } from '../errors.js';
import { idempotencyKey } from './idempotency-key.js';

function refusal(header: string) {
  try {
    return idempotencyKey(header);
  } catch (error) {
    return error instanceof AvatarError ? [error.code, error.details.errors?.[0]?.pointer] : error;
  }
}

describe('an Idempotency-Key', () => {
  it('need not be there', () => {
    expect(idempotencyKey(undefined)).toBeNull();
  });

  it.each(['1', '0190f6d4-7c1e-7a33-9b1f-0123456789ab', '"quoted"', '~'.repeat(200)])(
    'is taken as it is: %s',
    (key) => {
      expect(idempotencyKey(key)).toBe(key);
    },
  );

  it.each(['', ' ', 'a b', 'a\tb', 'a\n', 'a\u0000', 'ключ', 'x'.repeat(201)])(
    'is refused when it is %j',
    (key) => {
      expect(refusal(key)).toEqual(['invalid_input', '/idempotency-key']);
    },
  );
});
