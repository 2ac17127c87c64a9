import { AppError } from '../errors/app-error.js';

/** Deepest nesting a body may have; nothing we take is deeper than four. */
export const MAX_DEPTH = 20;

/** Members that change an object's prototype when they are copied carelessly. */
const FORBIDDEN_MEMBERS = new Set(['__proto__', 'constructor', 'prototype']);

/** A text without any of these, and without an escape that could spell one, holds no such member. */
const MAY_NAME_ONE = /__proto__|constructor|prototype|\\u/;

/**
 * Reads a JSON body strictly: UTF-8 only, at most 20 levels, no member that could touch a
 * prototype. An empty body is `undefined`.
 * @throws AppError `malformed_json`, `too_deep`, `invalid_input`
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return undefined;
  const text = decodeUtf8(bytes);
  refuseDeepNesting(text);
  const value = parse(text);
  if (MAY_NAME_ONE.test(text)) refuseForbiddenMembers(value, '');
  return value;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new AppError('malformed_json', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('malformed_json', { cause });
  }
}

/** Counts brackets outside strings before parsing, so that depth costs nothing to refuse. */
function refuseDeepNesting(text: string): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index);
    if (inString) {
      if (char === BACKSLASH) index += 1;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      depth += 1;
      if (depth > MAX_DEPTH) throw new AppError('too_deep');
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) depth -= 1;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

function refuseForbiddenMembers(value: unknown, pointer: string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (FORBIDDEN_MEMBERS.has(name)) {
      const errors = [{ pointer: `${pointer}/${name}`, message: 'is not allowed' }];
      throw new AppError('invalid_input', { errors });
    }
    refuseForbiddenMembers(member, `${pointer}/${Array.isArray(value) ? name : escape(name)}`);
  }
}

/** RFC 6901; member names of ours are plain, a stranger's may hold anything and are shortened. */
function escape(name: string): string {
  return name.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1');
}
