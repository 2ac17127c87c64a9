import { truncateUtf8, toWellFormed } from '#platform';
import { MAX_TURN_BYTES } from '#contracts';
import type { VendorLine } from '../../vendors/vendor.js';
import type { SourceLine } from './source-line.js';

/**
 * Gives each line of a vendor's page its place in the record: its second and its rank in that
 * second. The vendor names no ids; but a page starts at the beginning of a second, so the same
 * line has the same place in every page that holds it, and reading again changes nothing.
 */
export function placeVendorLines(lines: readonly VendorLine[]): SourceLine[] {
  const ranks = new Map<number, number>();
  return lines.map(({ role, text, atMs }) => {
    const position = ranks.get(atMs) ?? 0;
    ranks.set(atMs, position + 1);
    return {
      source: 'vendor',
      key: `v/${atMs}/${position}`,
      role,
      text: truncateUtf8(toWellFormed(text), MAX_TURN_BYTES),
      atMs,
      position,
    };
  });
}
