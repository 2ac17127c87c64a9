/** What the vendor runs, and who would have more. */
export interface VendorUse {
  /** Sessions that the vendor runs at once, of all accounts. */
  readonly max: number;
  /** Sessions of each account that take a place there. */
  readonly live: ReadonlyMap<string, number>;
  /** Accounts for which none could be opened lately. */
  readonly waiting: ReadonlySet<string>;
}

/** The places that every account may count on which has sessions, or waits for one. */
export function shareOf(accountId: string, { max, live, waiting }: VendorUse): number {
  const accounts = new Set([accountId, ...live.keys(), ...waiting]);
  return Math.max(1, Math.floor(max / accounts.size));
}

/**
 * Whether an account may have one more of the vendor's places. Below its share it takes any that is
 * free; beyond, it leaves one for each account that waits and has less than its share.
 */
export function mayHaveOne(accountId: string, use: VendorUse): boolean {
  const { max, live, waiting } = use;
  const free = max - [...live.values()].reduce((sum, count) => sum + count, 0);
  if (free < 1) return false;
  const share = shareOf(accountId, use);
  const liveOf = (account: string): number => live.get(account) ?? 0;
  if (liveOf(accountId) < share) return true;
  const owed = [...waiting].filter((other) => other !== accountId && liveOf(other) < share);
  return free > owed.length;
}
