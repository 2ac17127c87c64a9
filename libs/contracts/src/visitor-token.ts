/** Header in which a browser shows the proof that it is a visitor: Petya's signed visitor token. */
export const VISITOR_TOKEN_HEADER = 'x-visitor-token';

/** Whether an account's visitors have to show their proof, or only where they once did. */
export const VISITOR_PROOFS = ['optional', 'required'] as const;
export type VisitorProof = (typeof VISITOR_PROOFS)[number];
