import { LRUCache } from 'lru-cache';
import { boundedBy } from '../collections/bounded-by.js';
import { registeredDomain } from './public-suffix.js';

const MAX_ORIGIN_CHARS = 300;
const ORIGIN_SHAPE = /^https?:\/\/(?:\[[0-9a-f:.]+\]|[^\s\p{C}/?#@\\%:*[\]]+)(?::\d{1,5})?$/iu;
/** A host as URL parsers leave it: labels of at most 63, one trailing dot allowed. */
const HOST_NAME = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?$/;
const MAX_HOST_CHARS = 254;
const WILDCARD_START = /^https:\/\/\*\./i;

/** Most listed values whose meaning is remembered. */
const MAX_PATTERNS = 2_000;

/** What a listed value stands for: one origin, or the subdomains of an authority. */
type Pattern = { readonly origin: string } | { readonly below: string; readonly domain: string };

const known = new LRUCache<string, Pattern | 'nothing'>(boundedBy(MAX_PATTERNS));

/**
 * The origin of an `Origin` header in the form browsers serialise it (RFC 6454 section 6.2): scheme
 * and host in lower case, international names in punycode, default port dropped. Null for `null`,
 * for other schemes than http and https, and for anything that is more or less than an origin. A
 * result holds only characters that are safe in a header and in a message.
 */
export function parseOrigin(header: string): string | null {
  if (header.length > MAX_ORIGIN_CHARS || !ORIGIN_SHAPE.test(header)) return null;
  const url = parseUrl(header);
  if (url === null) return null;
  const isIpv6 = url.hostname.startsWith('[');
  if (!isIpv6 && !(url.hostname.length <= MAX_HOST_CHARS && HOST_NAME.test(url.hostname))) {
    return null;
  }
  return url.origin;
}

/** Longest origin that is told in a refusal as it was sent. */
const MAX_SHOWN_CHARS = 100;

/**
 * An `Origin` header that is none of http or https as a refusal tells it: of what origins are made
 * of, every other character as `?`, and at most 100 characters.
 */
export function shownOrigin(header: string): string {
  const shown = header.slice(0, MAX_SHOWN_CHARS).replace(/[^\w.:/+-]/gu, '?');
  return header.length > MAX_SHOWN_CHARS ? `${shown}…` : shown;
}

/**
 * Whether an account may list this value: one http or https origin, or `https://*.` before a name
 * of at least two labels. Wildcards over a public suffix (`https://*.com`, `https://*.co.uk`,
 * `https://*.github.io`) are refused, because everybody's pages live under those.
 */
export function isOriginPattern(value: string): boolean {
  return readPattern(value) !== null;
}

/**
 * Whether the origin is on the list. `https://*.example.com` stands for subdomains of any depth on
 * that port, never for `example.com` itself, nor for what others have registered below it: a store's
 * bucket under `amazonaws.com` is not the store's. Both sides are normalised first; a listed value
 * that is no pattern allows nothing.
 */
export function isOriginAllowed(origin: string, patterns: readonly string[]): boolean {
  const parsed = parseOrigin(origin);
  if (parsed === null) return false;
  return patterns.some((value) => {
    const pattern = patternOf(value);
    if (pattern === null) return false;
    if ('origin' in pattern) return pattern.origin === parsed;
    return (
      parsed.startsWith('https://') &&
      parsed.endsWith(pattern.below) &&
      registeredDomain(new URL(parsed).hostname) === pattern.domain
    );
  });
}

/** Remembered, because every request of a browser asks. */
function patternOf(value: string): Pattern | null {
  let pattern = known.get(value);
  if (pattern === undefined) {
    pattern = readPattern(value) ?? 'nothing';
    known.set(value, pattern);
  }
  return pattern === 'nothing' ? null : pattern;
}

function readPattern(value: string): Pattern | null {
  if (!WILDCARD_START.test(value)) {
    const origin = parseOrigin(value);
    return origin === null ? null : { origin };
  }
  const parent = parseOrigin(value.replace(WILDCARD_START, 'https://'));
  if (parent === null) return null;
  const host = new URL(parent).hostname;
  const labels = host.split('.');
  const isAddress = host.startsWith('[') || /^\d+$/.test(labels.at(-1) ?? '');
  if (isAddress || labels.length < 2 || host.endsWith('.')) return null;
  const domain = registeredDomain(host);
  return domain === null ? null : { below: `.${parent.slice('https://'.length)}`, domain };
}

function parseUrl(value: string): URL | null {
  try {
    return new URL(value);
  } catch {
    return null;
  }
}
