import { wordsOf } from './meanings.js';

/** The states of a session, in order. The first five hold a slot of the account. */
export const SESSION_STATE_MEANINGS = {
  creating: 'its slot is taken, and the vendor is asked for it',
  created: 'a token was given, and nobody has started it yet',
  starting: 'the vendor is asked to start it',
  active: 'it runs and is billed',
  stopping: 'its end is wanted, and the vendor is asked for it',
  stopped: 'it is over at the vendor; the transcript is being closed',
  final: 'the transcript is closed and waits for Petya',
  delivered: 'Petya has confirmed the transcript',
  failed: 'it never ran; nothing is reported of it',
  parked: 'Petya refuses the transcript, and the operator has to look at it',
  erased: 'what was said and whose it was is gone; only what is billed is left',
} as const;

export type SessionState = keyof typeof SESSION_STATE_MEANINGS;

export const SESSION_STATES = wordsOf(SESSION_STATE_MEANINGS);

/** What has become of a session's transcript on its way to Petya. */
export const DELIVERY_STATE_MEANINGS = {
  none: 'there is nothing to deliver: the session still runs, has never run, or was erased',
  waiting: 'the transcript is being closed or delivered',
  delivered: 'Petya has confirmed it, under the `conversation_id` that stands beside this',
  parked: 'Petya refuses it, and the operator has to look at it',
} as const;

export type DeliveryState = keyof typeof DELIVERY_STATE_MEANINGS;

export const DELIVERY_STATES = wordsOf(DELIVERY_STATE_MEANINGS);
