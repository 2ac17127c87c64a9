import { CONVERSATION_ID_PATTERN } from '#contracts';
import { looksOwn, type RecordId, recordId } from '../persistence/record-id.js';

/** Whose conversations a filter is about. */
export type AccountFilter = string | { readonly $in: readonly (string | null)[] };

/** The conversations of an account that it still has: none that is being removed. */
export interface AccountScope {
  readonly accountId: AccountFilter;
  readonly removingAt: null;
}

/**
 * Conversations of an account. Records from before name no account; they belong to the one that
 * the configuration names, and to nobody where it names none.
 */
export function accountFilter(
  accountId: string,
  olderRecordsAccountId: string | null,
): AccountFilter {
  return accountId === olderRecordsAccountId ? { $in: [accountId, null] } : accountId;
}

export function accountScope(
  accountId: string,
  olderRecordsAccountId: string | null,
): AccountScope {
  return { accountId: accountFilter(accountId, olderRecordsAccountId), removingAt: null };
}

/** What the caller's own id of a conversation is unique by everywhere, as one text. */
export function externalKey(accountId: string, externalId: string): string {
  return `${accountId}/${externalId}`;
}

/** A filter for the one conversation an id may mean. */
export type ConversationFilter =
  | ({ readonly _id: RecordId } & AccountScope)
  /** What is being removed has no `externalId`, nor have records from before. */
  | { readonly externalId: string; readonly accountId: string };

/**
 * What an id may mean in an account, likeliest first: our own id, or the caller's `externalId`.
 * One query each, because every one is answered by an index of its own; none for text that is no id.
 */
export function conversationFilters(
  accountId: string,
  olderRecordsAccountId: string | null,
  id: string,
): ConversationFilter[] {
  if (!CONVERSATION_ID_PATTERN.test(id)) return [];
  const own = { _id: recordId(id), ...accountScope(accountId, olderRecordsAccountId) };
  const external = { externalId: id, accountId };
  return looksOwn(id) ? [own, external] : [external, own];
}
