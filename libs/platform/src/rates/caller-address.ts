import { isIPv4, isIPv6 } from 'node:net';

/** What a request says of the way it came. */
export interface Way {
  /** The other end of the connection. */
  readonly peer: string | undefined;
  /** `X-Forwarded-For`; Node joins several lines of it by commas. */
  readonly forwardedFor?: string | string[] | undefined;
  /** `Forwarded` (RFC 7239). */
  readonly forwarded?: string | string[] | undefined;
  /** Whether an address is a proxy of ours. @param hop how many stand between it and us */
  trusts(address: string, hop: number): boolean;
}

/**
 * The address a request comes from: the nearest one that is no proxy of ours. What a proxy of ours
 * calls no address (`unknown`, a name of its own) is counted as that proxy. `Forwarded` is read only
 * where there is no `X-Forwarded-For`: a proxy that writes one of them passes on a caller's other one.
 */
export function callerAddress({ peer, forwardedFor, forwarded, trusts }: Way): string {
  const hops =
    forwardedFor === undefined
      ? forwardedNodes(textOf(forwarded))
      : entriesOf(textOf(forwardedFor));
  let address = plainAddress(peer ?? '') ?? peer ?? '';
  for (let hop = 0; hop < hops.length && trusts(address, hop); hop += 1) {
    const before = plainAddress(hops.at(-1 - hop) ?? '');
    if (before === null) break;
    address = before;
  }
  return address;
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === 'object' ? header.join(',') : (header ?? '');
}

/** The entries of a list; empty ones are none (RFC 9110 section 5.6.1). */
function entriesOf(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** The `for` of each element; an element without one is a hop that is not told of. */
function forwardedNodes(header: string): string[] {
  return entriesOf(header).map((element) => {
    const parameters = element.split(';').map((parameter) => parameter.trim());
    const node = parameters.find((parameter) => /^for=/i.test(parameter));
    return node?.slice('for='.length) ?? '';
  });
}

const QUOTED = /^"(.*)"$/;
const BRACKETED = /^\[([^\]]*)\](?::[\w.-]*)?$/;
/** With a port; an address of eight groups has no brackets in the logs of some balancers. */
const WITH_PORT = /^(\d+(?:\.\d+){3}|[\da-f]+(?::[\da-f]+){7}):[\w.-]*$/i;

/**
 * The address in what a proxy calls a caller, without port, brackets, quotes and zone; an IPv4 address
 * that is written as IPv6 is the IPv4 one.
 * @returns null where there is no address in it
 */
export function plainAddress(node: string): string | null {
  const text = node.trim().replace(QUOTED, '$1').trim();
  const bare = BRACKETED.exec(text)?.[1] ?? WITH_PORT.exec(text)?.[1] ?? text;
  const address = bare.replace(/%.*$/, '');
  if (isIPv4(address)) return address;
  return isIPv6(address) ? (mappedIPv4(address) ?? address) : null;
}

/** Where addresses of IPv4 are written as IPv6 (RFC 4291 section 2.5.5.2). */
const MAPPED = '0:0:0:0:0:ffff';

function mappedIPv4(address: string): string | null {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const groups = groupsOf(dotted ? `${dotted[1]}${hex(dotted, 2)}:${hex(dotted, 4)}` : address);
  if (
    groups
      .slice(0, 6)
      .map((group) => Number.parseInt(group, 16).toString(16))
      .join(':') !== MAPPED
  ) {
    return null;
  }
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((pair) => [pair >> 8, pair & 255])
    .join('.');
}

/** Two numbers of a dotted address as one group. */
function hex(dotted: RegExpExecArray, at: number): string {
  return (Number(dotted[at]) * 256 + Number(dotted[at + 1])).toString(16);
}

/**
 * The address that a rate is counted under: an IPv4 address (also where it is written as IPv6), or
 * the /64 of an IPv6 address, because whoever has one address there has all of them.
 * @param address as the socket or a trusted proxy gave it
 */
export function rateAddress(address: string | undefined): string {
  const plain = plainAddress(address ?? '') ?? address ?? '';
  return isIPv6(plain) ? groupsOf(plain).slice(0, 4).join(':') : plain;
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
