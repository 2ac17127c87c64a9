/** Scripts whose letters are drawn otherwise where U+200C keeps them apart or U+200D joins them. */
const LETTERS =
  '[\\p{sc=Arab}\\p{sc=Beng}\\p{sc=Deva}\\p{sc=Gujr}\\p{sc=Guru}\\p{sc=Knda}\\p{sc=Khmr}\\p{sc=Mlym}\\p{sc=Mymr}\\p{sc=Orya}\\p{sc=Sinh}\\p{sc=Taml}\\p{sc=Telu}]';

/** A picture, with U+FE0F where that makes a picture of it. */
const PICTURE =
  '(?:\\p{Emoji_Presentation}|\\p{Extended_Pictographic}\\ufe0f?)\\p{Emoji_Modifier}?';

/** What is seen by what it does to its neighbours. */
const SEEN = `${PICTURE}(?:\\u200d${PICTURE})*|[0-9#*]\\ufe0f\\u20e3|${LETTERS}[\\u200c\\u200d](?=${LETTERS})`;

/** Controls, what turns the direction of a text or takes no room in it, half a character, and what looks empty. */
const UNSEEN = '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Default_Ignorable_Code_Point}\\u2800]|(?! )\\p{Z}';

/** Spaces that are drawn as one, or as none. */
const SPACES = '^ +| +$| {2,}';

const MARKED = new RegExp(`${SEEN}|(${UNSEEN})|(${SPACES})`, 'gu');

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
  const seen = cut.replace(MARKED, signOf).replace(PILED, '$1…');
  return cut.length === text.length ? seen : `${seen}… (${text.length} characters)`;
}

/** A NUL is ␀, as in Unicode's own pictures of controls, and a space ␣; all else is its number. */
function signOf(text: string, unseen?: string, spaces?: string): string {
  if (spaces !== undefined) return '␣'.repeat(spaces.length);
  if (unseen === undefined) return text;
  const code = unseen.codePointAt(0) ?? 0;
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
