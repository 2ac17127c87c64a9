import { readMinutes, writeMinutes } from './minutes.js';
import { mergeLists, mergeMaps } from './three-way.js';

/** What a field's text stands for, or why it stands for nothing. */
export type Read = { readonly value: unknown } | { readonly problem: string };

/** How a member stands in a field. Null and an empty field are the same: the default stands. */
export interface Codec {
  write(value: unknown): string;
  read(text: string): Read;
  /** What becomes of a field's text when its member has become another one meanwhile. */
  merge?(base: string, mine: string, theirs: string): string;
}

/** A text as it is. Where there has to be one, the service says so. */
export const TEXT: Codec = {
  write: String,
  read: (text) => ({ value: text }),
};

const orNull = (codec: Codec): Codec => ({
  ...codec,
  write: (value) => (value === null || value === undefined ? '' : codec.write(value)),
  read: (text) => (text.trim() === '' ? { value: null } : codec.read(text)),
});

/** A text that may be missing. */
export const TEXT_OR_NONE = orNull(TEXT);

/** An id or a word, without the space that comes along when it is copied. */
export const WORD_OR_NONE = orNull({ write: String, read: (text) => ({ value: text.trim() }) });

/** A number; the service says which it takes, also where it is none. */
export const NUMBER_OR_NONE = orNull({
  write: String,
  read: (text) => {
    const trimmed = text.trim();
    return { value: /^-?\d{1,15}(\.\d{1,9})?$/.test(trimmed) ? Number(trimmed) : trimmed };
  },
});

const NO_MINUTES = 'must be minutes, such as 90, 1.5 or 1:30';

/** Seconds, typed as minutes. */
export const MINUTES_OR_NONE = orNull({
  write: (value) => writeMinutes(Number(value)),
  read: (text) => {
    const value = readMinutes(text.trim());
    return value === null ? { problem: NO_MINUTES } : { value };
  },
});

/** `yes` or `no`. */
export const YES_NO: Codec = {
  write: (value) => (value === true ? 'yes' : 'no'),
  read: (text) => ({ value: text === 'yes' }),
};

export const YES_NO_OR_NONE = orNull(YES_NO);

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Texts, one a line. */
export const LINES: Codec = {
  write: (value) => (Array.isArray(value) ? value.join('\n') : ''),
  read: (text) => ({ value: linesOf(text) }),
  merge: (base, mine, theirs) =>
    mergeLists(linesOf(base), linesOf(mine), linesOf(theirs)).join('\n'),
};

export const LINES_OR_NONE = orNull(LINES);

/** Names with values, `name = value`, one a line; a line end in a value is written `\n`, a backslash twice. */
export const PAIRS_OR_NONE: Codec = orNull({
  write: (value) => pairsText(new Map(Object.entries(value as Record<string, string>))),
  read: (text) => {
    const pairs = pairsOf(text);
    return pairs === null ? { problem: NO_PAIRS } : { value: Object.fromEntries(pairs) };
  },
  merge: (base, mine, theirs) => {
    const [one, two, three] = [pairsOf(base), pairsOf(mine), pairsOf(theirs)];
    return one && two && three ? pairsText(mergeMaps(one, two, three)) : mine;
  },
});

const NO_PAIRS = 'must be a name, = and a value on each line';

function pairsText(pairs: ReadonlyMap<string, string>): string {
  return [...pairs].map(([name, value]) => `${name} = ${escaped(value)}`).join('\n');
}

function pairsOf(text: string): Map<string, string> | null {
  const pairs = linesOf(text).map((line) => /^([^=]*[^=\s])\s*=\s*(.*)$/.exec(line));
  const entries = pairs.flatMap((found): [string, string][] =>
    found === null ? [] : [[found[1] ?? '', unescaped(found[2] ?? '')]],
  );
  return entries.length === pairs.length ? new Map(entries) : null;
}

/** Space at an end would be lost with the line's. */
function escaped(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll(/^ | $/g, '\\s');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', s: ' ' };

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_all, sign: string) => ESCAPES[sign] ?? sign);
}
