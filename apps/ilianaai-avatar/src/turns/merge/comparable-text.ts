/** Marks that have a plainer spelling, and what is there only for how a text is drawn. */
const SPELLED =
  /[\u2018\u2019\u201b\u02bc\u201c\u201d\u201f\u2026\u2010-\u2015\u2212\u00ad\u200b\u2060]|\p{Variation_Selector}/gu;

const PLAIN: ReadonlyMap<string, string> = new Map([
  ...[...'\u2018\u2019\u201b\u02bc'].map((mark) => [mark, "'"] as const),
  ...[...'\u201c\u201d\u201f'].map((mark) => [mark, '"'] as const),
  ...[...'\u2010\u2011\u2012\u2013\u2014\u2015\u2212'].map((mark) => [mark, '-'] as const),
  ['\u2026', '...'],
]);

/**
 * The form in which two sources' texts are held against each other: NFC, runs of white space as
 * one space, trimmed, letter case ignored, punctuation kept in its plainest spelling.
 *
 * Case is ignored because speech has none: one source writes "OK" where another writes "Ok", and a
 * turn shown twice is worse than the loss of a capital letter in one of two spellings. Upper case
 * is the side to fold to, since it also makes `ß` and `SS`, `ς` and `σ` one. For the same reason a mark
 * is what it is on a typewriter: phones write `’` and `…` by themselves, and no voice has them.
 */
export function comparableText(text: string): string {
  const plain = text.replace(SPELLED, (mark) => PLAIN.get(mark) ?? '');
  const folded = plain.normalize('NFC').toUpperCase().normalize('NFC');
  // Single spaces, which nearly all are, stay untouched: replacing each by itself took half the time.
  return folded.replace(/\s{2,}|[^\S ]/gu, ' ').trim();
}
