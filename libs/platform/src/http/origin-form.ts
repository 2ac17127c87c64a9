/** Scheme and authority of a request target that a proxy was meant to have; to a browser `\` ends it. */
const AUTHORITY = /^https?:\/\/[^/?#\\]+/i;

/**
 * A request target as all our rules read it: from the path on. Some proxies pass on the whole address,
 * and a server has to take it (RFC 9112 section 3.2.2). A target of another form, or with an authority
 * that is none, stays as it is and names no route.
 */
export function originForm(target: string): string {
  if (target.startsWith('/') || !URL.canParse(target)) return target;
  const rest = target.replace(AUTHORITY, '');
  return rest === target || rest.startsWith('/') ? rest : `/${rest}`;
}
