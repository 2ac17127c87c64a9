import type { Refusal } from '#client';

/** The number of `minutes_used_up`. Of a refused start the vendor's SDK passes on no other name. */
const CODE = 942951;

/** Refusals of a session that no visitor of this site would be given for now. */
const PROBLEMS: readonly unknown[] = ['minutes_used_up', 'opening_paused'];

/** Where nobody says for how long; who tries then is told. */
export const UNKNOWN_REST_SECONDS = 15 * 60;

/**
 * For how many seconds it makes no sense to offer video, since the account's minutes are used up, or no
 * video is opened at all.
 * @param error a refusal of ours, or what the vendor's SDK makes of one
 * @returns at least 1; null where that is not the reason
 */
export function secondsWithoutVideo(error: unknown): number | null {
  const said = (error ?? {}) as Partial<Refusal> & { readonly errorCode?: unknown };
  if (!PROBLEMS.includes(said.problem) && said.errorCode !== CODE) return null;
  return Math.max(1, said.retryAfter ?? UNKNOWN_REST_SECONDS);
}
