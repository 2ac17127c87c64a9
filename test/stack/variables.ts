import { baseUrlOf, readVariable } from '../../libs/platform/src/config/read-variable.js';
import { PlainFailure } from './say.js';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The one reader of the variables of the programs around the two apps; it reads as the apps do.
 * Space and line ends around a value are none of it, and what is empty then is not set.
 * @throws PlainFailure that begins with the variable's name, never with its value
 */
export function optional(name: string, variables: Variables = process.env): string | undefined {
  const read = readVariable(variables[name]);
  if ('problem' in read) throw new PlainFailure(`${name} ${read.problem}.`);
  return read.value ?? undefined;
}

/** One that must be set. @throws PlainFailure likewise */
export function required(name: string, variables: Variables = process.env): string {
  const value = optional(name, variables);
  if (value === undefined) throw new PlainFailure(`${name} is not set.`);
  return value;
}

/** A list separated by commas. @throws PlainFailure where an entry is empty */
export function requiredList(name: string, variables: Variables = process.env): string[] {
  const entries = required(name, variables)
    .split(',')
    .map((entry) => entry.trim());
  if (entries.includes('')) throw new PlainFailure(`${name} has an empty entry.`);
  return entries;
}

/** An http(s) address without its slash at the end. @throws PlainFailure where it is none */
export function requiredUrl(name: string, variables: Variables = process.env): string {
  const origin = baseUrlOf(required(name, variables));
  if (origin === null)
    throw new PlainFailure(`${name} must be an http(s) URL without path, query or credentials.`);
  return origin;
}

/**
 * A port, `usual` where none is set.
 * @param lowest 0 where the system may choose one
 * @throws PlainFailure where it is none
 */
export function portOf(
  name: string,
  usual: number | undefined,
  { lowest = 1, variables = process.env }: { lowest?: 0 | 1; variables?: Variables } = {},
): number {
  const text = usual === undefined ? required(name, variables) : optional(name, variables);
  if (text === undefined) return usual ?? 0;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= lowest && port <= 65_535))
    throw new PlainFailure(`${name} must be a port, ${lowest} to 65535.`);
  return port;
}
