import { createRequire } from 'node:module';
import type * as Tldts from 'tldts';

const OPTIONS = { allowPrivateDomains: true, extractHostname: false, validateHostname: false };

let list: typeof Tldts | undefined;

/**
 * The part of a host name that somebody has registered, by the Public Suffix List with its private
 * part: `example.co.uk` of `www.example.co.uk`, `shop.github.io` of itself. Null for a public
 * suffix, where everybody's pages live. The list takes 9 ms to load, so it is when it is needed.
 */
export function registeredDomain(host: string): string | null {
  list ??= createRequire(import.meta.url)('tldts') as typeof Tldts;
  return list.getDomain(host, OPTIONS);
}
