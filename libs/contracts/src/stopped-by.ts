import { wordsOf } from './meanings.js';

/** Who wanted a session to end. A closed list, as that of the reasons. */
export const STOPPED_BY_MEANINGS = {
  visitor: "a session's own token did, its socket, or a leave",
  customer: 'a key of the account did',
  operator: "the operator's route did",
  erasure: 'an order of erasure did',
  gateway:
    'a rule of the gateway did: its time was over, nobody was there, nobody came, the account was suspended, there was no more room, or the same visitor began anew',
  vendor: 'the vendor did, or it failed there',
} as const;

export type StoppedBy = keyof typeof STOPPED_BY_MEANINGS;

export const STOPPED_BY = wordsOf(STOPPED_BY_MEANINGS);
