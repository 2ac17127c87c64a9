/** Schemes of addresses that a page can have. */
const WEB = new Set(['http:', 'https:']);

/**
 * A page's address without its query and fragment, in which sites put tokens, searches and names.
 * Text that is no address of the web is cut at the first of their marks.
 */
export function withoutQuery(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url && WEB.has(url.protocol)) return `${url.protocol}//${url.host}${url.pathname}`;
  return address.replace(/[?#].*$/su, '');
}
