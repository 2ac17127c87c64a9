import type {
  EndReason,
  LifeMatch,
  NextStep,
  ReconciliationVerdict,
  SessionState,
  StoppedBy,
} from '#contracts';
import { visible } from '../shared/visible.js';

/** What the board says for the words of a closed list; a new word has to be given one here. */
export const STATES: Readonly<Record<SessionState, string>> = {
  creating: 'being opened',
  created: 'not started yet',
  starting: 'starting',
  active: 'running',
  stopping: 'ending',
  stopped: 'over, transcript closing',
  final: 'waiting for Petya',
  delivered: 'delivered',
  failed: 'never ran',
  parked: 'refused by Petya',
  erased: 'erased',
};

/** What it was that began when a state was entered. */
export const ENTERED: Readonly<Record<SessionState, string>> = {
  creating: 'Asked for',
  created: 'A token was given',
  starting: 'Its start was asked for',
  active: 'Began to run',
  stopping: 'Its end was wanted',
  stopped: 'Was over',
  final: 'The transcript was closed',
  delivered: 'Petya has confirmed it',
  failed: 'Given up: it never ran',
  parked: 'Petya has refused it',
  erased: 'Was erased',
};

export const END_REASONS: Readonly<Record<EndReason, string>> = {
  visitor_ended: 'the visitor ended it',
  visitor_left: 'the visitor left',
  no_show: 'nobody started it in time',
  idle: 'nothing was said for too long',
  max_duration: 'its longest time was over',
  minutes_used_up: "the account's minutes were used up",
  vendor_ended: 'the vendor ended it',
  vendor_fault: 'it failed at the vendor',
  no_credits: 'the vendor had no credits left',
  account_suspended: 'the account was suspended',
  operator: 'an operator or an erasure ended it',
  transcript_full: 'there was no room for more text',
  replaced: 'the visitor began a new one',
};

export const STOPPERS: Readonly<Record<StoppedBy, string>> = {
  visitor: 'the visitor',
  customer: 'the customer',
  operator: 'an operator',
  erasure: 'an erasure',
  gateway: 'a rule of the gateway',
  vendor: 'the vendor',
};

export const STEPS: Readonly<Record<NextStep, string>> = {
  'give-up': 'is given up, if nobody has started it',
  'resolve-start': 'the vendor is asked whether it has started',
  stop: 'the vendor is asked to end it',
  count: 'its minutes are counted',
  poll: 'the vendor is asked whether it runs',
  'read-record': "the vendor's record is read",
  deliver: 'the transcript is given to Petya',
  erase: 'everything of it is erased',
  purge: 'what was said is deleted here',
  nothing: 'nothing is left to do',
};

export const MATCHES: Readonly<Record<LifeMatch, string>> = {
  id: 'our own id',
  vendor: "the vendor's id",
  conversation: 'its conversation',
  trace: 'its trace',
};

export const VERDICTS: Readonly<Record<ReconciliationVerdict, string>> = {
  equal: 'equal',
  seconds_differ: 'other seconds',
  ours_failed_but_billed: 'never started here, billed there',
  missing_here: 'only at the vendor',
  missing_there: 'only here',
  still_running: 'still running',
};

/** The word for one of a list, and the list's own where a newer service has more. */
export function wordFor(words: Readonly<Record<string, string>>, of: string): string {
  return Object.hasOwn(words, of) ? (words[of] ?? of) : visible(of, 40);
}

/** Who wanted a session to end: `anna`, `the visitor`. */
export function stopperOf(by: StoppedBy | null, name: string | null): string | null {
  return name ?? (by === null ? null : wordFor(STOPPERS, by));
}
