import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../errors/app-error.js';
import { JsonScan, type LongList } from './scan-json.js';

/** Deepest nesting a body may have; nothing we take is deeper than four. */
export const MAX_DEPTH = 20;

/** Most members and list entries of a body, on a route that has no rule of its own. */
export const MAX_MEMBERS = 200;

/** Up to here a body is read in one go: that takes a millisecond or two. */
const AT_ONCE_BYTES = 256 * 1024;

/** Bytes that are looked through in one go, about a millisecond's work. */
const SLICE_BYTES = 256 * 1024;

/** Largest piece of a long body that is parsed in one go. An entry that is larger is none of ours. */
const MAX_PIECE_BYTES = 1024 * 1024;

/**
 * Reads a JSON body strictly: UTF-8 only, at most 20 levels and so many members, no member that
 * could touch a prototype. All of that is found out before anything is made of it. An empty body is
 * `undefined`.
 * @throws AppError `malformed_json`, `too_deep`, `invalid_input`
 */
export function parseStrictJson(bytes: Uint8Array, maxMembers: number = MAX_MEMBERS): unknown {
  if (bytes.byteLength === 0) return undefined;
  if (!isUtf8(bytes)) throw new AppError('malformed_json');
  const scan = new JsonScan(bytes, { maxDepth: MAX_DEPTH, maxMembers });
  scan.run(Infinity);
  refuse(scan, bytes, maxMembers);
  return parse(textOf(bytes));
}

/**
 * As `parseStrictJson`, for a body of any size: a long one is looked through and parsed in pieces,
 * between which others have their turn.
 * @throws AppError also `payload_too_large` for one entry that is too large to be ours
 */
export async function parseStrictJsonInPieces(
  bytes: Uint8Array,
  maxMembers: number = MAX_MEMBERS,
): Promise<unknown> {
  if (bytes.byteLength <= AT_ONCE_BYTES) return parseStrictJson(bytes, maxMembers);
  if (!isUtf8(bytes)) throw new AppError('malformed_json');
  const scan = new JsonScan(bytes, { maxDepth: MAX_DEPTH, maxMembers });
  while (scan.run(SLICE_BYTES)) await nextTurn();
  refuse(scan, bytes, maxMembers);
  return parsePieces(bytes, scan.lists);
}

/** @throws AppError for what a scan has found */
function refuse(scan: JsonScan, bytes: Uint8Array, maxMembers: number): void {
  switch (scan.refusal) {
    case null:
      return;
    case 'too_deep':
      throw new AppError('too_deep');
    case 'too_many': {
      const message = `has more than ${maxMembers} members and list entries`;
      throw new AppError('invalid_input', { errors: [{ pointer: '', message }] });
    }
    case 'forbidden_name': {
      // What is no JSON at all is told so first, where that costs little.
      if (bytes.byteLength <= AT_ONCE_BYTES) parse(textOf(bytes));
      // Where it stands is not said: the names on the way there are the caller's text.
      const message = 'must have no member __proto__, constructor or prototype';
      throw new AppError('invalid_input', { errors: [{ pointer: '', message }] });
    }
  }
}

/**
 * Long lists are parsed piece by piece. In their place the rest of the text has a mark, by which the
 * rules for repeated names stay those of `JSON.parse`.
 */
async function parsePieces(bytes: Uint8Array, lists: readonly LongList[]): Promise<unknown> {
  const rest: Uint8Array[] = [];
  const found = new Map<string, unknown[]>();
  const salt = Math.random().toString(36);
  let from = 0;
  for (const [index, list] of lists.entries()) {
    const mark = `list ${index} ${salt}`;
    rest.push(bytes.subarray(from, list.start), Buffer.from(JSON.stringify(mark)));
    found.set(mark, await parseList(bytes, list));
    from = list.end + 1;
  }
  rest.push(bytes.subarray(from));
  const value = parse(textOf(pieceOf(Buffer.concat(rest))));
  for (const [name, member] of Object.entries(value as Record<string, unknown>)) {
    const list = typeof member === 'string' ? found.get(member) : undefined;
    if (list) (value as Record<string, unknown>)[name] = list;
  }
  return value;
}

async function parseList(bytes: Uint8Array, { start, end, cuts }: LongList): Promise<unknown[]> {
  if (end < 0 || bytes[end] !== CLOSE_BRACKET) throw new AppError('malformed_json');
  const entries: unknown[] = [];
  const bounds = [start, ...cuts, end];
  for (let index = 1; index < bounds.length; index += 1) {
    const piece = pieceOf(bytes.subarray((bounds[index - 1] ?? 0) + 1, bounds[index]));
    const parsed = parse(`[${textOf(piece)}]`) as unknown[];
    // Nothing between two commas, or behind the last one.
    if (parsed.length === 0) throw new AppError('malformed_json');
    for (const entry of parsed) entries.push(entry);
    await nextTurn();
  }
  return entries;
}

/** @throws AppError `payload_too_large` */
function pieceOf(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength > MAX_PIECE_BYTES) throw new AppError('payload_too_large');
  return bytes;
}

const CLOSE_BRACKET = 0x5d;

/** Keeps a byte order mark, which JSON has none of. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('malformed_json', { cause });
  }
}
