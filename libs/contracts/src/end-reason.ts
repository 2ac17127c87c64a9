import { wordsOf } from './meanings.js';

/** Why a session ended. A closed list: every ending maps to exactly one. */
export const END_REASON_MEANINGS = {
  visitor_ended: 'the visitor, or the page, has stopped it',
  visitor_left: 'the visitor left, or missed its heartbeats, and did not come back in time',
  no_show: 'a token was given and nobody started the session in time',
  idle: 'nothing was said for as long as the vendor allows',
  max_duration: 'the longest time that the account allows is over',
  minutes_used_up: "the account's minutes of the day or the month are used up",
  vendor_ended: 'the vendor ended it, or does not know it any more',
  vendor_fault: 'it failed at the vendor',
  no_credits: "the vendor's account has no credits left",
  account_suspended: 'the account was suspended or removed meanwhile',
  operator: 'the operator ended it, or an erasure did',
  transcript_full: 'there was no room for more text',
  replaced: 'the same visitor began a new session',
} as const;

export type EndReason = keyof typeof END_REASON_MEANINGS;

export const END_REASONS = wordsOf(END_REASON_MEANINGS);
