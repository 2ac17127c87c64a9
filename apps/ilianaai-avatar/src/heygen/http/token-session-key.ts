/**
 * The key under which the session of an account token is found. The vendor's tokens are good for
 * one session each, and so are ours: the token itself is what makes the request one.
 */
export function tokenSessionKey(tokenId: string): string;
export function tokenSessionKey(tokenId: string | undefined): string | null;
export function tokenSessionKey(tokenId: string | undefined): string | null {
  return tokenId === undefined ? null : `streaming token ${tokenId}`;
}
