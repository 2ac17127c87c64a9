import { offeredVisitorToken } from '#contracts';
import { addressOf, Limited } from '#platform';
import type { Request } from 'express';

/** Counts what begins a visitor: a call that names none, by an id or by its token. */
export const LimitsVisitors = () =>
  Limited({
    name: 'visitors',
    subject: (request) => (namesVisitor(request) ? null : addressOf(request)),
  });

/** Counts conversations with the visitors, whom they are as easily made for. */
export const LimitsConversations = () => Limited({ name: 'visitors', subject: addressOf });

export const LimitsMessages = () => Limited({ name: 'messages', subject: addressOf });

/** The body is as it came: what does not fit is refused later and begins nobody. */
function namesVisitor({ headers, body }: Request): boolean {
  const named = (body as { readonly visitorId?: unknown } | null | undefined)?.visitorId;
  return Boolean(named) || offeredVisitorToken(headers) !== null;
}
