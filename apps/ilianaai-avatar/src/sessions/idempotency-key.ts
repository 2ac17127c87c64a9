import { AvatarError } from '../errors.js';

/**
 * Reads an `Idempotency-Key` header: 1 to 200 printable characters without spaces.
 * @returns null when there is none
 * @throws AvatarError `invalid_input`
 */
export function idempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  if (/^[\x21-\x7e]{1,200}$/.test(header)) return header;
  const message = 'must be 1 to 200 printable characters without spaces';
  throw new AvatarError('invalid_input', { errors: [{ pointer: '/idempotency-key', message }] });
}
