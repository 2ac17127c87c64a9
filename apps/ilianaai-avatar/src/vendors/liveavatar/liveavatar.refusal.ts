import { parseRetryAfter } from '#platform';
import { AvatarError } from '../../errors.js';
import type { VendorAnswer } from '../vendor-http.client.js';
import { isObject } from '../vendor-answers.js';

/** The vendor's own code for "no free session" (seen at start). */
const CONCURRENCY_CODE = 4003;

/** Longest wait a vendor may ask of our callers, in seconds. */
const MAX_WAIT_SECONDS = 60;

/**
 * What a refusal of LiveAvatar means to our caller. The vendor's text stays here: only its
 * number is passed on.
 */
export function refusal(answer: VendorAnswer, nowMs: number = Date.now()): AvatarError {
  const { status } = answer;
  const vendorCode = codeOf(answer.body);
  const cause = new Error(`LiveAvatar answered ${status}, code ${vendorCode ?? 'none'}`);
  if (status === 401) return new AvatarError('vendor_auth', { cause });
  if (status === 403 && vendorCode === CONCURRENCY_CODE) {
    return new AvatarError('vendor_full', { cause, retryAfterSeconds: 5 });
  }
  if (status === 403) {
    const isCredits = /credit/i.test(messageOf(answer.body));
    return new AvatarError(isCredits ? 'vendor_quota' : 'vendor_auth', { cause });
  }
  if (status === 429) {
    const asked = parseRetryAfter(answer.retryAfter, nowMs) ?? 1;
    const retryAfterSeconds = Math.min(MAX_WAIT_SECONDS, Math.max(1, asked));
    return new AvatarError('vendor_busy', { cause, retryAfterSeconds });
  }
  if (status >= 500) return new AvatarError('vendor_unreachable', { cause });
  if (status >= 400) {
    return new AvatarError('vendor_refused', { cause, status, ...withCode(vendorCode) });
  }
  // A redirect would carry the key to another host; it is no answer.
  return new AvatarError('vendor_garbled', { cause });
}

function withCode(vendorCode: number | undefined): { vendorCode?: number } {
  return vendorCode === undefined ? {} : { vendorCode };
}

function codeOf(body: unknown): number | undefined {
  const code = isObject(body) ? body['code'] : undefined;
  return typeof code === 'number' && Number.isSafeInteger(code) ? code : undefined;
}

function messageOf(body: unknown): string {
  const message = isObject(body) ? body['message'] : undefined;
  return typeof message === 'string' ? message : '';
}
