/**
 * The form in which two witnesses' texts are held against each other: NFC, runs of white space as
 * one space, trimmed, letter case ignored, punctuation kept.
 *
 * Case is ignored because speech has none: one witness writes "OK" where another writes "Ok", and a
 * turn shown twice is worse than the loss of a capital letter in one of two spellings. Upper case
 * is the side to fold to, since it also makes `ß` and `SS`, `ς` and `σ` one.
 */
export function comparableText(text: string): string {
  const folded = text.normalize('NFC').toUpperCase().normalize('NFC');
  // Single spaces, which nearly all are, stay untouched: replacing each by itself took half the time.
  return folded.replace(/\s{2,}|[^\S ]/gu, ' ').trim();
}
