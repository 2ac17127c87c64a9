const HOUR_MS = 3_600_000;

/**
 * A time zone in which it is about noon: neither its day nor its month ends in the next hours.
 * @returns such as `Etc/GMT-3`, which is three hours ahead of UTC; never UTC itself
 */
export function noonZone(now: Date): string {
  const ahead = 12 - Math.floor((now.getTime() % (24 * HOUR_MS)) / HOUR_MS) || 1;
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}
