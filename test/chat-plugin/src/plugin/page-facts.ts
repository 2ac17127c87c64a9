/** Longest address of a page that Petya takes, in bytes; an address is ASCII. */
const MOST_URL_BYTES = 2048;

/**
 * A page's address as far as it can be told: whole, or without what is behind `#` and `?`, or only
 * the site. It is a hint for whoever answers and must not keep a visitor from writing.
 * @returns undefined where nothing of it can be told
 */
export function pageUrlOf(href: string): string | undefined {
  const shorter = [href, before(href, '#'), before(href, '?'), originOf(href)];
  return shorter.find((url) => url !== '' && url.length <= MOST_URL_BYTES);
}

/**
 * The browser's language as Petya takes it. Browsers that are started with a POSIX locale say
 * `en-US@posix`, and some say nothing.
 * @returns undefined where it is no language tag
 */
export function localeOf(language: unknown): string | undefined {
  if (typeof language !== 'string') return undefined;
  return /^[A-Za-z0-9_-]{1,35}$/.exec(before(before(language, '@'), '.'))?.[0];
}

function before(text: string, mark: string): string {
  const [start = ''] = text.split(mark, 1);
  return start;
}

function originOf(href: string): string {
  return /^https?:\/\/[^/?#]+\//.exec(href)?.[0] ?? '';
}
