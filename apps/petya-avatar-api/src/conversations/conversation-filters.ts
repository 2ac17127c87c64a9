import { CONVERSATION_ID_PATTERN } from '#contracts';
import { type RecordId, recordId } from '../persistence/record-id.js';

/** Account part of a filter on conversations. */
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

/** What the caller's own id of a conversation is unique by, as one text. */
export function externalKey(accountId: string, externalId: string): string {
  return `${accountId}/${externalId}`;
}

/** A filter for the one conversation an id may mean. */
export type ConversationFilter = { readonly _id: RecordId } | { readonly externalKey: string };

/**
 * What an id may mean in an account, likeliest first: our own id, or the caller's `externalId`.
 * One query each, because every one is answered by an index of its own; none for text that is no id.
 */
export function conversationFilters(accountId: string, id: string): ConversationFilter[] {
  if (!CONVERSATION_ID_PATTERN.test(id)) return [];
  const own = { _id: recordId(id) };
  const external = { externalKey: externalKey(accountId, id) };
  return typeof own._id === 'string' ? [external, own] : [own, external];
}

/** Whom a conversation belongs to while it is being removed: nobody who could ask for it. */
export function removingAccount(accountId: string): string {
  return `~${accountId}`;
}

/** Whether a conversation is being removed. */
export function isBeingRemoved(record: { readonly accountId?: string | null }): boolean {
  return record.accountId?.startsWith('~') ?? false;
}
