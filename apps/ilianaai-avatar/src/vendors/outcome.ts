import { AppError } from '#platform';
import type { AvatarErrorCode } from '../errors.js';

/** Problems after which nobody knows whether the vendor has acted. */
const AMBIGUOUS: readonly string[] = [
  'vendor_unreachable',
  'vendor_timeout',
  'vendor_garbled',
] satisfies AvatarErrorCode[];

/** Whether a vendor call that failed like this may have taken effect all the same. */
export function mayHaveActed(error: unknown): boolean {
  return error instanceof AppError && AMBIGUOUS.includes(error.code);
}
