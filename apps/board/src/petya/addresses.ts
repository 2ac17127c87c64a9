import type { AddressesDto } from '#contracts';

/** What stands in an embed code: origins, or null where nobody has said them. */
export interface EmbedAddresses {
  readonly api: string | null;
  readonly gateway: string | null;
}

/**
 * Where visitors find the two apps.
 * @param here the board's own origin, which visitors use as well where the operator has none apart
 */
export function embedAddressesOf(
  { petya, gateway, adminApart }: AddressesDto,
  here: string,
): EmbedAddresses {
  return { api: petya ?? (adminApart ? null : here), gateway };
}

/** An address that somebody has typed, as its origin; null where it is no `http(s)` address of an app. */
export function originOf(text: string): string | null {
  if (!URL.canParse(text.trim())) return null;
  const { protocol, origin, pathname, search, hash, username, password } = new URL(text.trim());
  const isPlain = `${search}${hash}${username}${password}` === '' && pathname === '/';
  return isPlain && (protocol === 'https:' || protocol === 'http:') ? origin : null;
}

/** Shape of a key that may stand in a page. */
const CUSTOMER_KEY = /^SE_[\x21-\x7e]{5,125}$/;

/** Why no embed code can be made; null where one can. */
export function lackOf(key: string, { api, gateway }: EmbedAddresses): string | null {
  if (key.startsWith('SK_')) return 'That is a secret key: it belongs into no page.';
  if (!CUSTOMER_KEY.test(key)) return 'Type in a public key: it begins with SE_.';
  if (api === null) return "Petya's address for visitors is missing: type it in.";
  if (gateway === null) return "The gateway's address for visitors is missing: type it in.";
  return null;
}
