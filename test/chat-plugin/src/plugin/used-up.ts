import type { Refusal } from '#client';

/** The number of `minutes_used_up`. Of a refused start the vendor's SDK passes on no other name. */
const CODE = 942951;

/** Where nobody says how long they are used up; who tries then is told. */
export const UNKNOWN_REST_SECONDS = 15 * 60;

/**
 * For how many seconds it makes no sense to offer video, since the account's minutes are used up.
 * @param error a refusal of ours, or what the vendor's SDK makes of one
 * @returns at least 1; null where that is not the reason
 */
export function usedUpSeconds(error: unknown): number | null {
  const said = (error ?? {}) as Partial<Refusal> & { readonly errorCode?: unknown };
  if (said.problem !== 'minutes_used_up' && said.errorCode !== CODE) return null;
  return Math.max(1, said.retryAfter ?? UNKNOWN_REST_SECONDS);
}
