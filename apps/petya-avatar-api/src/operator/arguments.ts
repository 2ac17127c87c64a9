import { misuse } from './failure.js';
import type { Said } from './options.js';

export interface Arguments {
  readonly words: readonly string[];
  readonly said: Said;
}

/** Options without a value. */
const SWITCHES: readonly string[] = ['help', 'json'];

/**
 * Takes a command line apart: `--name value`, `--name=value`, and words.
 * @throws Failure that names the option and no value
 */
export function readArguments(args: readonly string[]): Arguments {
  const words: string[] = [];
  const said = new Map<string, string[]>();
  const rest = [...args];
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    if (next === '--') words.push(...rest.splice(0));
    else if (next === '-h') said.set('help', []);
    else if (next.startsWith('--')) readOption(next.slice(2), rest, said);
    else words.push(next);
  }
  return { words, said };
}

function readOption(text: string, rest: string[], said: Map<string, string[]>): void {
  const [, name = text, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (SWITCHES.includes(name)) {
    if (value !== undefined) throw misuse(`--${name} takes no value.`);
    said.set(name, []);
    return;
  }
  const given = value ?? (rest[0]?.startsWith('--') === true ? undefined : rest.shift());
  if (given === undefined) {
    throw misuse(
      `--${name} needs a value; one that begins with dashes is written --${name}=VALUE.`,
    );
  }
  said.set(name, [...(said.get(name) ?? []), given]);
}
