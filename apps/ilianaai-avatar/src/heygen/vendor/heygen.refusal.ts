import { AppError, parseRetryAfter } from '#platform';
import { AvatarError } from '../../errors.js';
import { isObject } from '../../vendors/vendor-answers.js';
import type { VendorAnswer } from '../../vendors/vendor-http.client.js';

/** The vendor's codes (upstream reference 4.9). */
const UNKNOWN_SESSION = 400004;
const WRONG_STATE = 400006;
const AUTH_CODES: readonly unknown[] = [40009, 400112, 400599, 401056, 401057];
const AVATAR_CODES: readonly unknown[] = [10003, 10013, 400014];

/** How the retired service answers everything. */
const SUNSET = 'endpoint_sunset';

/** Longest wait a vendor may ask of our callers, in seconds. */
const MAX_WAIT_SECONDS = 60;

/**
 * What a refusal of HeyGen means to our caller. The vendor's text stays here: only its number is
 * passed on.
 */
export function heygenRefusal(answer: VendorAnswer, nowMs: number = Date.now()): AvatarError {
  const { status } = answer;
  const { code, message } = complaintOf(answer.body);
  const cause = new Error(`HeyGen answered ${status}, code ${code ?? 'none'}`);
  if (code === SUNSET || message.includes(SUNSET)) return new AvatarError('heygen_sunset');
  if (status === 429) {
    const asked = parseRetryAfter(answer.retryAfter, nowMs) ?? 1;
    const retryAfterSeconds = Math.min(MAX_WAIT_SECONDS, Math.max(1, asked));
    return new AvatarError('vendor_busy', { cause, retryAfterSeconds });
  }
  if (status >= 500) return new AvatarError('vendor_unreachable', { cause });
  if (status < 400) return new AvatarError('vendor_garbled', { cause });
  if (/concurrent limit/i.test(message)) {
    return new AvatarError('vendor_full', { cause, retryAfterSeconds: 5 });
  }
  if (/quota|credit/i.test(message)) return new AvatarError('vendor_quota', { cause });
  if (status === 401 || AUTH_CODES.includes(code)) return new AvatarError('vendor_auth', { cause });
  if (AVATAR_CODES.includes(code)) return new AvatarError('avatar_rejected', { cause });
  const vendorCode = typeof code === 'number' ? code : undefined;
  return new AvatarError('vendor_refused', {
    cause,
    status,
    ...(vendorCode === undefined ? {} : { vendorCode }),
  });
}

/** There is no such session, or none any more: a service that was retired runs none at all. */
export function isGone(error: unknown): boolean {
  const isSunset = error instanceof AppError && error.code === 'heygen_sunset';
  return isSunset || vendorCodeOf(error) === UNKNOWN_SESSION;
}

/** The session is in no state for this: not started yet, or over. */
export function isWrongState(error: unknown): boolean {
  return vendorCodeOf(error) === WRONG_STATE;
}

function vendorCodeOf(error: unknown): number | undefined {
  return error instanceof AppError ? error.details.vendorCode : undefined;
}

/** Code and text of a refusal, in either of the vendor's envelopes. */
function complaintOf(body: unknown): { code: number | string | null; message: string } {
  if (!isObject(body)) return { code: null, message: '' };
  const told = isObject(body['error']) ? body['error'] : body;
  const text = typeof body['error'] === 'string' ? body['error'] : told['message'];
  const { code } = told;
  return {
    code: typeof code === 'number' || typeof code === 'string' ? code : null,
    message: typeof text === 'string' ? text : '',
  };
}
