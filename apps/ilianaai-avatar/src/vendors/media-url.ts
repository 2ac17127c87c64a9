import type { MediaRules } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';

/**
 * A media address in a vendor's answer, which a visitor's browser will dial: `wss:`, a host of the
 * configured suffixes, and nobody's user name in it. Outside production any host will do, and
 * `ws:` as well.
 * @returns the address as it was
 * @throws AvatarError `vendor_garbled`
 */
export function allowedMediaUrl(address: string, rules: MediaRules): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isSafe = url?.protocol === 'wss:' || (url?.protocol === 'ws:' && rules.isAnyAllowed);
  if (!url || !isSafe || url.username !== '' || url.password !== '') throw refusal();
  if (!rules.isAnyAllowed && !isBelow(url.hostname, rules.hostSuffixes)) throw refusal();
  return address;
}

function isBelow(host: string, suffixes: readonly string[]): boolean {
  return suffixes.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
}

function refusal(): AvatarError {
  const cause = new Error('the vendor named a media host that MEDIA_HOST_SUFFIXES does not allow');
  return new AvatarError('vendor_garbled', { cause });
}
