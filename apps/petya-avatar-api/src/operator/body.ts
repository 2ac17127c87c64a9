import { misuse } from './failure.js';
import { type Option, type OptionKind, optionNamed, type Said } from './options.js';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  [name: string]: Json;
}

/** The word that takes a value away. */
const NULL = 'null';

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/**
 * The body that options or the cells of a table say. A value that is none of its kind is sent as text:
 * whether it will do is Petya's to say, in one place.
 * @throws Failure where an object is taken away and one of its members is given
 */
export function bodyFrom(said: Said, members: readonly Option[]): JsonObject {
  const body: JsonObject = {};
  for (const [name, texts] of inOrder(said)) {
    const option = optionNamed(name, members);
    if (option) put(body, pathOf(name, option), valueOf(option.kind, texts), name);
  }
  return body;
}

/** What stands for a whole object goes before its parts, so that none of them is lost in silence. */
function inOrder(said: Said): [string, readonly string[]][] {
  return [...said].toSorted(([one], [other]) => depthOf(one) - depthOf(other));
}

function depthOf(name: string): number {
  return name.split('.').length;
}

/** Of a map, what is behind its name is one name, whatever it holds. */
function pathOf(name: string, { kind, name: known }: Option): string[] {
  return kind === 'map' && name !== known
    ? [...known.split('.'), name.slice(known.length + 1)]
    : name.split('.');
}

function valueOf(kind: OptionKind, texts: readonly string[]): Json {
  const text = texts.at(-1) ?? '';
  if (text === NULL) return null;
  if (kind === 'list') return texts.flatMap((each) => each.split(/[\s,]+/).filter(Boolean));
  if (kind === 'number' && NUMBER.test(text)) return Number(text);
  if (kind === 'flag' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function put(into: JsonObject, [first = '', ...rest]: string[], value: Json, name: string): void {
  if (rest.length === 0) {
    define(into, first, value);
    return;
  }
  if (!Object.hasOwn(into, first)) define(into, first, {});
  const inner = into[first];
  if (!isJsonObject(inner)) {
    throw misuse(`--${name} contradicts what is said of the whole, of which it is a part.`);
  }
  put(inner, rest, value, name);
}

/** Assigning would not make a member of every name: `__proto__` is none then. */
function define(into: JsonObject, name: string, value: Json): void {
  Object.defineProperty(into, name, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
