/** Digits of a trace's id that say whether it is kept: eight of its last half, which is random in every form. */
const FROM = 24;
const RANGE = 0x1_0000_0000;

/**
 * Whether a trace is kept, by its id alone: every app and replica with the same ratio decides alike, and
 * no flag of a caller has a say.
 * @param traceId 32 hexadecimal digits
 * @param ratio of the traces that are kept, from 0 to 1
 */
export function isKept(traceId: string, ratio: number): boolean {
  return ratio >= 1 || Number.parseInt(traceId.slice(FROM), 16) < ratio * RANGE;
}
