/** Why a session ended. A closed list: every ending maps to exactly one. */
export const END_REASONS = [
  'visitor_ended',
  'visitor_left',
  'no_show',
  'idle',
  'max_duration',
  'vendor_ended',
  'vendor_fault',
  'no_credits',
  'account_suspended',
  'operator',
  'transcript_full',
  'replaced',
] as const;

export type EndReason = (typeof END_REASONS)[number];
