import type { Session } from './session.js';

/**
 * What every log line about a session calls it: our record's id, its account's, the vendor's, which is
 * the one that customers know, its conversation's and its trace's. What it has none of is not there, nor
 * is a conversation by a name that a customer gave it: that may be an order number or an address.
 */
export interface SessionNames {
  readonly recordId: string;
  readonly accountId: string;
  readonly sessionId?: string;
  readonly conversationId?: string;
  readonly traceId?: string;
}

/** What a session has to say of itself to be named. */
export type NamedSession = Pick<
  Session,
  'id' | 'accountId' | 'vendorSessionId' | 'conversationId' | 'namedBy' | 'traceId'
>;

/** The members of a log line that say which session it is about. */
export function sessionNames(session: NamedSession): SessionNames {
  const { id, accountId, vendorSessionId, conversationId, namedBy, traceId } = session;
  return {
    recordId: id,
    accountId,
    ...(vendorSessionId === null ? {} : { sessionId: vendorSessionId }),
    ...(conversationId === null || namedBy !== 'own' ? {} : { conversationId }),
    ...(traceId ? { traceId } : {}),
  };
}
