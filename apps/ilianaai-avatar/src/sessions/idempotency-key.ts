import { ApiHeader } from '#contracts/description';
import { AvatarError } from '../errors.js';

/** The header, as it is described and written; it is found in any spelling. */
export const IDEMPOTENCY_KEY = 'Idempotency-Key';

/** What an `Idempotency-Key` may be. */
export const IDEMPOTENCY_KEY_PATTERN = /^[\x21-\x7e]{1,200}$/;

/**
 * Reads an `Idempotency-Key` header: 1 to 200 printable characters without spaces.
 * @returns null when there is none
 * @throws AvatarError `invalid_input`
 */
export function idempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  if (IDEMPOTENCY_KEY_PATTERN.test(header)) return header;
  const message = 'must be 1 to 200 printable characters without spaces';
  throw new AvatarError('invalid_input', { errors: [{ pointer: '/idempotency-key', message }] });
}

/** Describes the header at a route that reads it. */
export function IdempotencyKey(): MethodDecorator {
  return ApiHeader({
    name: IDEMPOTENCY_KEY,
    required: false,
    description:
      'Your own name for the request: sent again with the same body, it gives the same session, and with another body 422.',
    schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN.source },
  });
}
