const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * The text with every lone surrogate replaced by U+FFFD, as `String.prototype.toWellFormed` of
 * ES2024 does; written out because the ES2023 library does not declare that method.
 */
export function toWellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd');
}

/** Length in UTF-8 bytes; a lone surrogate counts as the three bytes of the U+FFFD it is stored as. */
export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The longest beginning of the text that fits into `maxBytes` of UTF-8, never splitting a code point. */
export function truncateUtf8(text: string, maxBytes: number): string {
  // Every UTF-16 unit takes at least one byte, so what lies beyond maxBytes units cannot fit.
  if (text.length <= maxBytes && utf8Bytes(text) <= maxBytes) return text;
  let bytes = 0;
  let end = 0;
  while (end < text.length) {
    const codePoint = text.codePointAt(end) ?? 0;
    bytes += codePointBytes(codePoint);
    if (bytes > maxBytes) break;
    end += codePoint > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

function codePointBytes(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
