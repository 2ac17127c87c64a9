/** A service's site, whether its address was given with or without a slash and its path. */
export function siteOf(address: string): string {
  return address
    .trim()
    .replace(/\/+$/, '')
    .replace(/(\/api)?\/v1$/, '');
}
