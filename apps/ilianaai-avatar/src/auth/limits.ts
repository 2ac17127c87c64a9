import { offeredVisitorToken } from '#contracts';
import { addressOf, keyDigest, Limited } from '#platform';
import type { Request } from 'express';

/** Counts what opens a session, by the address and by the visitor it is opened for. */
export const LimitsTokens = () =>
  Limited({ name: 'tokens', subject: addressOf }, { name: 'tokensOfVisitor', subject: visitorOf });

/**
 * Whoever shows a visitor's token is that visitor. A visitor who is only named is counted for each
 * address apart, or else a stranger could use up what somebody else has.
 */
function visitorOf(request: Request): string | null {
  const token = offeredVisitorToken(request.headers);
  if (typeof token === 'string') return keyDigest(token);
  const named = (request.body as { readonly visitor_id?: unknown } | null | undefined)?.visitor_id;
  return typeof named === 'string' ? `${addressOf(request)} ${keyDigest(named)}` : null;
}
