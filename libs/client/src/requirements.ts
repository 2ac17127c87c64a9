/**
 * `fetch` repeats a header that it cannot send in its error, hence a key: so it never gets one.
 * @throws TypeError that names what is wrong and not its value
 */
export function requirePrintable(name: string, value: string): string {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  throw new TypeError(`${name} must be printable ASCII characters without spaces.`);
}

/**
 * An address without what stands behind it when it is copied: slashes, and the version.
 * @throws TypeError that does not repeat it, as it may hold a password
 */
export function requireAddress(address: string): string {
  const url = parse(address.trim());
  if (url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === '') {
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '').replace(/(\/api)?\/v1$/, '');
  }
  throw new TypeError('baseUrl must be an address such as https://avatar.example.com.');
}

function parse(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
