const QUOTES: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
  ['‘', '’'],
];

/** What a variable holds, or why it is refused, as the rest of a sentence that begins with its name. */
export type Variable = { readonly value: string | null } | { readonly problem: string };

/**
 * Reads one variable as people really set them. Space and line ends around it are none of it: files
 * and secret stores add them. Quotes around it are refused, because some readers of env files keep
 * them and others do not, and two that differ have two values.
 * @returns the value, null where nothing is set
 */
export function readVariable(raw: string | undefined): Variable {
  const value = (raw ?? '').trim();
  if (value === '') return { value: null };
  if (isQuoted(value)) return { problem: 'must stand without the quotes around it' };
  return { value };
}

/** Whether a text stands in one pair of quotes. */
function isQuoted(text: string): boolean {
  return QUOTES.some(
    ([open, close]) => text.length > 1 && text.startsWith(open) && text.endsWith(close),
  );
}

/** What a secret must be. */
export interface SecretRule {
  readonly minBytes: number;
  readonly maxBytes?: number;
  /** Whether it may hold more than printable ASCII; what goes into a header may not. */
  readonly anyText?: boolean;
}

const ANY_QUOTE = /^["'`“”‘’]|["'`“”‘’]$/;
/** Controls, marks of direction and width, and lone surrogates: nobody sees them in a secret. */
const INVISIBLE = /\p{C}/u;
const PRINTABLE = /^[\x21-\x7e]*$/;
/** What a template left where a value belongs. */
const PLACEHOLDER = /^(\$\{.*\}|\$\(.*\)|<.*>|\{\{.*\}\})$/;

/** Whether a text may be a secret: long enough, and nothing at it that was not meant. */
export function isSecret(text: string, { minBytes, maxBytes = 512, anyText }: SecretRule): boolean {
  const bytes = Buffer.byteLength(text);
  if (bytes < minBytes || bytes > maxBytes) return false;
  if (ANY_QUOTE.test(text) || INVISIBLE.test(text) || isPlaceholder(text)) return false;
  return anyText === true || PRINTABLE.test(text);
}

/** Whether a text stands where a template has put in no value. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}

/**
 * The origin that a base URL names: with or without a slash at its end, in any letter case, with or
 * without the port that its scheme has.
 * @param paths what may stand behind it and is left away, such as `/api/v1`
 * @returns null where it is no `http(s)` URL, or has another path, a query or credentials
 */
export function baseUrlOf(text: string, paths: readonly string[] = []): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, origin, pathname, search, hash, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return null;
  const isKnown = ['', ...paths].includes(pathname.replace(/\/$/, ''));
  return isKnown && `${search}${hash}${username}${password}` === '' ? origin : null;
}
