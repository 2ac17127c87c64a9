/** What each word of a closed list means, in the list's order. The list is made of it, so that none lacks one. */
export type Meanings<Word extends string = string> = Readonly<Record<Word, string>>;

/** The words of a closed list, in its order. */
export function wordsOf<Word extends string>(meanings: Meanings<Word>): readonly Word[] {
  return Object.keys(meanings) as Word[];
}
