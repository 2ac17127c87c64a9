const said = new Set<string>();

/** Tells the page's developer, once, what is wrong and what to write; visitors do not see it. */
export function warn(sentence: string): void {
  if (said.has(sentence)) return;
  said.add(sentence);
  console.warn(`avatar-chat: ${sentence}`);
}
