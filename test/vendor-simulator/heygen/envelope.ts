import type { Answer } from '../http.answers.js';

/** Numbers of reference 4.9. */
export const HEYGEN_CODE = {
  ok: 100,
  concurrency: 10007,
  avatarNotFound: 10013,
  missing: 40001,
  invalid: 400175,
  unknownSession: 400004,
  wrongState: 400006,
  unauthorised: 400112,
  tokenInvalid: 401057,
} as const;

/** A success in the vendor's usual envelope. */
export function heygenSuccess(data: unknown): Answer {
  return { status: 200, body: { code: HEYGEN_CODE.ok, message: 'success', data } };
}

/** A refusal; the retired service answers every call with a code that is a string. */
export function heygenFailure(status: number, code: number | string, message: string): Answer {
  return { status, body: { code, message, data: null } };
}
