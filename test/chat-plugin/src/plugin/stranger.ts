import { Refusal } from '#client';

/** Members in which something remembered is sent. */
const REMEMBERED = /\/(visitor|conversation|external)_?Id$/i;

/**
 * Whether Petya does not know the visitor, does not take this browser for theirs, or does not take
 * an id that is remembered.
 */
export function isStranger(error: unknown): boolean {
  if (!(error instanceof Refusal) || error.isForeign) return false;
  if (error.status === 404) return true;
  if (error.status === 422) {
    return error.errors.every(({ pointer }) => REMEMBERED.test(pointer));
  }
  return ['token_invalid', 'visitor_token_needed'].includes(error.problem);
}
