import { isIPv4, isIPv6 } from 'node:net';

/**
 * The address that a rate is counted under: an IPv4 address (also where it is written as IPv6), or
 * the /64 of an IPv6 address, because whoever has one address there has all of them.
 * @param address as the socket or a trusted proxy gave it
 */
export function rateAddress(address: string | undefined): string {
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (isIPv4(plain) || !isIPv6(plain)) return plain;
  return groupsOf(plain).slice(0, 4).join(':');
}

/** The eight groups of an IPv6 address, `::` written out. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  if (tail === undefined) return before;
  const after = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after];
}
