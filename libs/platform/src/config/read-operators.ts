import { isPlaceholder, isSecret } from './read-variable.js';

/** Somebody who may do what an operator may, by a token of `ADMIN_TOKEN`. */
export interface Operator {
  /** What stands before the token; null where nothing does. */
  readonly name: string | null;
  readonly token: string;
  /** As it stands in the list: it opens the same, as where its colon was once one of the token. */
  readonly entry: string;
}

/** A name, and whatever stands behind the first colon. */
const NAMED = /^([A-Za-z0-9._-]{1,32}):(.*)$/;

const TOKEN = { minBytes: 16 };

const WANTED =
  'must be tokens of 16 or more printable characters, each alone or as name:token, separated by commas';

/**
 * Reads a list of tokens, separated by commas. An entry is `name:token` where its first colon has a
 * name before it (1 to 32 of `A-Z a-z 0-9 . _ -`) and a token of 16 or more characters behind it; of
 * any other, colons are characters of the token like all others.
 */
export function readOperators(list: string): Operator[] {
  return list.split(',').map((entry) => readEntry(entry.trim()));
}

/**
 * What is wrong with such a list, as the rest of a sentence that begins with its variable's name; null
 * when it may be used. It repeats no name and no token.
 */
export function operatorsProblem(list: string): string | null {
  const operators = readOperators(list);
  if (!operators.every(isSound)) return WANTED;
  const tokens = operators.flatMap(({ token, entry }) => [...new Set([token, entry])]);
  if (hasTwice(tokens)) return 'must not hold a token twice';
  const names = operators.flatMap(({ name }) => name ?? []);
  if (hasTwice(names)) return 'must not give a name to two tokens';
  return names.some((name) => tokens.includes(name)) ? 'must not hold a token as a name' : null;
}

function readEntry(entry: string): Operator {
  const [, name, token] = NAMED.exec(entry) ?? [];
  const isNamed = name !== undefined && token !== undefined && isSecret(token, TOKEN);
  return isNamed ? { name, token, entry } : { name: null, token: entry, entry };
}

/** What a template left behind a name is no token, though with the name it would look like one. */
function isSound({ token }: Operator): boolean {
  return isSecret(token, TOKEN) && !isPlaceholder(NAMED.exec(token)?.[2] ?? '');
}

function hasTwice(texts: readonly string[]): boolean {
  return new Set(texts).size < texts.length;
}
