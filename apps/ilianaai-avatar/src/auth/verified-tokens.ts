import { RecentMap } from '#platform';
import { hash } from 'node:crypto';

/** Tokens remembered, some five hundred bytes each. */
const MAX_TOKENS = 20_000;

/**
 * What tokens say whose signature was right: a visitor's browser sends the same one with every call.
 * Known by digest, so that no token lies in memory, for a few minutes and never after it expires: a
 * session's token outlives it by an hour. What is forgotten is verified again.
 */
export class VerifiedTokens<C extends { readonly expiresAt: Date }> {
  private readonly known: RecentMap<string, C>;

  /** @param max tokens; the one that was not used for longest is forgotten first */
  constructor(max = MAX_TOKENS) {
    this.known = new RecentMap<string, C>({ max });
  }

  /** @throws what `verify` throws, which is remembered of no token */
  async claimsOf(token: string, now: Date, verify: () => Promise<C>): Promise<C> {
    const digest = digestOf(token);
    const known = this.known.get(digest);
    if (known && known.expiresAt > now) return known;
    const claims = await verify();
    this.known.set(digest, claims);
    return claims;
  }

  /** Remembers a token that was signed here: it needs no verifying. @param claims as `verify` would give them */
  remember(token: string, claims: C): void {
    this.known.set(digestOf(token), claims);
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64url');
}
