import { CONVERSATION_ID_PATTERN } from '#contracts';
import { type RecordId, recordId } from '../persistence/record-id.js';

/** Account part of every filter on conversations. */
export interface AccountScope {
  readonly accountId: string | { $in: (string | null)[] };
}

/**
 * Conversations of an account. Records from before name no account; they belong to the one that
 * the configuration names, and to nobody where it names none.
 */
export function accountScope(
  accountId: string,
  olderRecordsAccountId: string | null,
): AccountScope {
  return {
    accountId: accountId === olderRecordsAccountId ? { $in: [accountId, null] } : accountId,
  };
}

/** A filter for the one conversation an id may mean. */
export type ConversationFilter = { readonly _id: RecordId } | { readonly externalId: string };

/**
 * What an id may mean, likeliest first: our own id, or the caller's `externalId`. One query each,
 * because every one is answered by an index of its own; none for text that is no id.
 */
export function conversationFilters(id: string): ConversationFilter[] {
  if (!CONVERSATION_ID_PATTERN.test(id)) return [];
  const own = { _id: recordId(id) };
  const external = { externalId: id };
  return typeof own._id === 'string' ? [external, own] : [own, external];
}
