/** Controls, and what turns the direction of a text or takes no room in it. A joiner of emoji stays. */
const UNSEEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** More marks over one letter than any language has: they would cover the lines around it. */
const PILED = /(\p{M}{5})\p{M}+/gu;

/** Longest text that is shown of a value whose length nobody has promised. */
const MOST = 600;

/**
 * A value as it is shown: what nobody would see of it has a sign, so that two values that differ look
 * different and none turns the words around it; what is too long is cut and says how long it was.
 */
export function visible(text: string, most = MOST): string {
  const cut = cutAt(text, most);
  const seen = cut.replace(UNSEEN, signOf).replace(PILED, '$1…');
  return cut.length === text.length ? seen : `${seen}… (${text.length} characters)`;
}

/** A NUL is ␀, as in Unicode's own pictures of controls; all else is its number. */
function signOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `‹${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

/** Never between the halves of one character. */
function cutAt(text: string, most: number): string {
  if (text.length <= most) return text;
  const isHalf = /[\ud800-\udbff]/.test(text.charAt(most - 1));
  return text.slice(0, isHalf ? most - 1 : most);
}

/** So much of an id tells sessions apart in a list. */
const SHORT = 8;

export function shortId(id: string): string {
  return id.length > SHORT + 2 ? `${visible(id.slice(0, SHORT))}…` : visible(id);
}
