import { wordsOf } from './meanings.js';

/** Header in which a browser shows the proof that it is a visitor: Petya's signed visitor token. */
export const VISITOR_TOKEN_HEADER = 'x-visitor-token';

/** Why a visitor token is refused, in the words of both apps. */
export const VISITOR_TOKEN_INVALID =
  'The token in X-Visitor-Token is not valid: it has expired, or is of another account. Ask for a new one, by POST /visitors/init without it.';

/** What pages send that write out an empty storage. */
const NONE: readonly unknown[] = [undefined, '', 'null', 'undefined'];

/**
 * The visitor token of a request, as it came: nothing of it is judged here. Null where there is none.
 * @param headers with names in lower case
 */
export function offeredVisitorToken(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): string | readonly string[] | null {
  const header = headers[VISITOR_TOKEN_HEADER];
  return header === undefined || NONE.includes(header) ? null : header;
}

/** Whether an account's visitors have to show their proof, or only where they once did. */
export const VISITOR_PROOF_MEANINGS = {
  optional: 'a visitor token is needed for what was opened with one',
  required:
    'the key of the page needs a visitor token beside it for everything that is of a visitor',
} as const;
export type VisitorProof = keyof typeof VISITOR_PROOF_MEANINGS;
export const VISITOR_PROOFS = wordsOf(VISITOR_PROOF_MEANINGS);
