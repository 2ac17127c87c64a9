import { AvatarError } from '../errors.js';

/**
 * Codes for success: LiveAvatar's 1000, 100 in its schema and at HeyGen, 200 in older clients, 0 in
 * older answers; each also as a text. Some answers have none, or a word.
 */
const SUCCESS_CODES: readonly unknown[] = [
  ...[0, 100, 200, 1000].flatMap((code) => [code, String(code)]),
  undefined,
  null,
  'SUCCESS',
  'success',
];

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The value of a JSON text of a vendor. A byte order mark before it says nothing, and a reader may pass
 * over it (RFC 8259 section 8.1), as browsers do.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
}

/** The words of a line that may stand in either of two members; null where neither is a text. */
export function wordsOf(one: unknown, other: unknown): string | null {
  if (typeof one === 'string' && one !== '') return one;
  if (typeof other === 'string') return other;
  return typeof one === 'string' ? one : null;
}

/** Whether a parsed JSON value is an object, the only thing we read members of. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The `data` of a successful answer.
 * @throws AvatarError `vendor_garbled` where there is none
 */
export function dataOf(body: unknown): JsonObject {
  if (!isObject(body) || !SUCCESS_CODES.includes(body['code']) || !isObject(body['data'])) {
    throw new AvatarError('vendor_garbled');
  }
  return body['data'];
}

/** A member that has to be a string of 1 to `maxChars` characters. */
export function text(data: JsonObject, member: string, maxChars = 16_384): string {
  const value = data[member];
  if (typeof value !== 'string' || value.length === 0 || value.length > maxChars) {
    throw new AvatarError('vendor_garbled');
  }
  return value;
}

/** A member that has to be a finite number. */
export function number(data: JsonObject, member: string): number {
  const value = data[member];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new AvatarError('vendor_garbled');
  return value;
}

/** A member that has to be an array of objects. */
export function objects(data: JsonObject, member: string): JsonObject[] {
  const value = data[member];
  if (!Array.isArray(value) || !value.every(isObject)) throw new AvatarError('vendor_garbled');
  return value;
}
