import type { MediaRules } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|(?:.+\.)?localhost)$/;

/**
 * A media address in a vendor's answer, which a visitor's browser will dial: `wss:`, a host of the
 * configured suffixes, and nobody's user name in it. Outside production it may be this machine,
 * over `ws:` as well.
 * @returns the address as it was
 * @throws AvatarError `vendor_garbled`
 */
export function allowedMediaUrl(address: string, rules: MediaRules): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || url.username !== '' || url.password !== '') throw refusal();
  const isLoopback = rules.isLoopbackAllowed && LOOPBACK.test(url.hostname);
  const isSecure = url.protocol === 'wss:' || (isLoopback && url.protocol === 'ws:');
  if (!isSecure || !(isLoopback || isBelow(url.hostname, rules.hostSuffixes))) throw refusal();
  return address;
}

function isBelow(host: string, suffixes: readonly string[]): boolean {
  return suffixes.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
}

function refusal(): AvatarError {
  const cause = new Error('the vendor named a media host that MEDIA_HOST_SUFFIXES does not allow');
  return new AvatarError('vendor_garbled', { cause });
}
