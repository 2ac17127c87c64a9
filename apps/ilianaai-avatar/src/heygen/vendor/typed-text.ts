import { isUtf8 } from 'node:buffer';

/** Fields of `pipecat.Frame` and of its `TextFrame` (upstream reference 4.8). */
const TEXT_FRAME = 1;
const TEXT = 3;

/** Wire types of protobuf. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;

/**
 * The text that a client typed, from the protobuf frame in which the SDK sends it.
 * @returns null for every other frame, and for what is none
 */
export function readTypedText(frame: Buffer): string | null {
  const textFrame = findField(frame, TEXT_FRAME);
  const text = textFrame && findField(textFrame, TEXT);
  return text && isUtf8(text) ? text.toString('utf8') : null;
}

/** The last value of a field that has a length; null where it is missing or the bytes are cut. */
function findField(bytes: Buffer, wanted: number): Buffer | null {
  let found: Buffer | null = null;
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    const value = tag && readVarint(bytes, tag.end);
    if (!tag || !value) return null;
    const wireType = tag.value & 7;
    at = value.end;
    if (wireType === VARINT) continue;
    if (wireType !== LENGTH_DELIMITED || at + value.value > bytes.length) return null;
    if (Math.floor(tag.value / 8) === wanted) found = bytes.subarray(at, at + value.value);
    at += value.value;
  }
  return found;
}

/** Longest varint: 64 bits in groups of seven. */
const MAX_VARINT_BYTES = 10;

function readVarint(bytes: Buffer, at: number): { value: number; end: number } | null {
  let value = 0;
  const last = Math.min(bytes.length, at + MAX_VARINT_BYTES);
  for (let index = at; index < last; index += 1) {
    const byte = bytes[index] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (index - at));
    if (byte < 0x80) return { value, end: index + 1 };
  }
  return null;
}
