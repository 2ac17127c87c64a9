import { createHmac } from 'node:crypto';

/** What may be erased and named again later. */
export type ErasedKind = 'account' | 'visitor' | 'conversation' | 'session';

export interface ErasedThing {
  readonly kind: ErasedKind;
  readonly id: string;
}

/**
 * Names something erased without saying what: a caller's own id may be an order number or an
 * e-mail address, which a plain digest would give away to whoever guesses it.
 */
export function erasedDigest(pepper: string, accountId: string, { kind, id }: ErasedThing): string {
  const named = JSON.stringify(['erased', kind, accountId, id]);
  return createHmac('sha256', pepper).update(named).digest('base64url');
}
