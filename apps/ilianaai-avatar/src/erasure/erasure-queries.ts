import type { ErasureOrderDto } from '#contracts';
import type { ErasureQuery } from '../sessions/store/session-store.service.js';

/** How far the two apps' clocks may differ. */
const CLOCKS_APART_MS = 60_000;

/**
 * The sessions that an order is about, each kind by an index of its own. A conversation may begin
 * anew under the caller's own id once it was removed: sessions of the new one are not meant.
 */
export function erasureQueries(order: ErasureOrderDto): ErasureQuery[] {
  const { accountId, scope, visitorId, visitorIds = [], conversationIds, sessionIds } = order;
  if (scope === 'account') return [{ accountId }];
  // A visitor who was kept no more may have come back at the same instant.
  const longBefore = { $lte: new Date(Date.parse(order.orderedAt) - CLOCKS_APART_MS) };
  const createdAt = { $lte: new Date(Date.parse(order.orderedAt) + CLOCKS_APART_MS) };
  return [
    ...(visitorId === null ? [] : [{ accountId, visitorId }]),
    ...(visitorIds.length === 0
      ? []
      : [{ accountId, visitorId: { $in: visitorIds }, createdAt: longBefore }]),
    ...(sessionIds.length === 0 ? [] : [{ accountId, vendorSessionId: { $in: sessionIds } }]),
    ...(conversationIds.length === 0
      ? []
      : [{ accountId, conversationId: { $in: conversationIds }, createdAt }]),
  ];
}
