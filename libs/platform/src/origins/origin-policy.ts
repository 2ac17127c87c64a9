const MAX_ORIGIN_CHARS = 300;
const ORIGIN_SHAPE = /^https?:\/\/(?:\[[0-9a-f:.]+\]|[^\s\p{C}/?#@\\%:*[\]]+)(?::\d{1,5})?$/iu;
/** A host as URL parsers leave it: labels of at most 63, one trailing dot allowed. */
const HOST_NAME = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?$/;
const MAX_HOST_CHARS = 254;
const WILDCARD_START = /^https:\/\/\*\./i;

/** Second levels that registries sell names under, as in `co.uk` and `com.au`. */
const REGISTRY_SUFFIX = /^(?:ac|co|com|edu|go|gob|gov|gouv|mil|ne|net|nom|or|org)\.[a-z]{2}$/;
/** Hosts where anybody may open a subdomain; the best known of the Public Suffix List's private part. */
const SHARED_HOSTS = new Set([
  'azurewebsites.net',
  'blogspot.com',
  'cloudfront.net',
  'firebaseapp.com',
  'fly.dev',
  'github.io',
  'gitlab.io',
  'glitch.me',
  'herokuapp.com',
  'myshopify.com',
  'netlify.app',
  'ngrok.io',
  'ngrok-free.app',
  'onrender.com',
  'pages.dev',
  'surge.sh',
  'vercel.app',
  'web.app',
  'webflow.io',
  'wixsite.com',
  'workers.dev',
]);

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

/**
 * Whether an account may list this value: one http or https origin, or `https://*.` before a name
 * of at least two labels. Wildcards over a public suffix (`https://*.com`, `https://*.co.uk`,
 * `https://*.github.io`) are refused, because everybody's pages live under those.
 */
export function isOriginPattern(value: string): boolean {
  return parseOrigin(value) !== null || wildcardAuthority(value) !== null;
}

/**
 * Whether the origin is on the list. `https://*.example.com` stands for subdomains of any depth on
 * that port, never for `example.com` itself. Both sides are normalised first; a listed value that
 * is no pattern allows nothing.
 */
export function isOriginAllowed(origin: string, patterns: readonly string[]): boolean {
  const parsed = parseOrigin(origin);
  if (parsed === null) return false;
  return patterns.some((pattern) => {
    const authority = wildcardAuthority(pattern);
    if (authority === null) return parseOrigin(pattern) === parsed;
    return parsed.startsWith('https://') && parsed.endsWith(`.${authority}`);
  });
}

/** `example.com` or `example.com:8443` of a wildcard pattern; null for everything else. */
function wildcardAuthority(pattern: string): string | null {
  if (!WILDCARD_START.test(pattern)) return null;
  const parent = parseOrigin(pattern.replace(WILDCARD_START, 'https://'));
  if (parent === null) return null;
  const host = new URL(parent).hostname;
  const labels = host.split('.');
  const isAddress = host.startsWith('[') || /^\d+$/.test(labels.at(-1) ?? '');
  if (isAddress || labels.length < 2 || host.endsWith('.')) return null;
  if (REGISTRY_SUFFIX.test(host) || SHARED_HOSTS.has(host)) return null;
  return parent.slice('https://'.length);
}

function parseUrl(value: string): URL | null {
  try {
    return new URL(value);
  } catch {
    return null;
  }
}
