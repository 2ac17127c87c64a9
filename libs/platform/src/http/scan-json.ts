/** What a scan holds a body to. */
export interface JsonLimits {
  /** Deepest nesting. */
  readonly maxDepth: number;
  /** Most values inside objects and arrays, in all. */
  readonly maxMembers: number;
}

/** Why a scan stopped. */
export type ScanRefusal = 'too_deep' | 'too_many' | 'forbidden_name';

/** A list in a member of the outermost object, with places where it can be cut between entries. */
export interface LongList {
  /** Offset of its `[`. */
  readonly start: number;
  /** Offset of its `]`. */
  end: number;
  /** Offsets of commas between its entries, `CUT_BYTES` or more apart. */
  readonly cuts: number[];
}

/** A list is cut into pieces of about so many bytes. */
export const CUT_BYTES = 64 * 1024;

/** Members that change an object's prototype when they are copied carelessly. */
const FORBIDDEN_NAMES = ['__proto__', 'constructor', 'prototype'];
const LONGEST_FORBIDDEN = 'constructor'.length;
const SHORTEST_FORBIDDEN = '__proto__'.length;
/** Each character may be written as `\u` and four digits. */
const LONGEST_ESCAPED = LONGEST_FORBIDDEN * 6;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Goes once over the bytes of a JSON text, before anything is made of them: counts nesting and
 * members, and finds member names that could touch a prototype, however they are escaped. UTF-8 has
 * no structural character inside a longer sequence, so bytes will do. It does not check the grammar:
 * what it lets through, `JSON.parse` judges. It may be run in slices, which is why it is a class.
 */
export class JsonScan {
  refusal: ScanRefusal | null = null;
  readonly lists: LongList[] = [];
  private at = 0;
  private depth = 0;
  private members = 0;
  private inString = false;
  private stringAt = 0;
  private isEscaped = false;
  /** Whether a string that begins now is a member's name. */
  private isName = false;
  /** Of each open level: whether it is an object. */
  private readonly isObject: boolean[] = [];
  private list: LongList | null = null;
  private cutAt = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly limits: JsonLimits,
  ) {}

  /** Goes on for about so many bytes. @returns false when there is nothing left to look at */
  run(maxBytes: number): boolean {
    const { bytes } = this;
    const end = Math.min(bytes.length, this.at + maxBytes);
    let at = this.at;
    for (; at < end && this.refusal === null; at += 1) {
      const byte = bytes[at];
      if (this.inString) {
        if (byte === BACKSLASH) {
          this.isEscaped = true;
          at += 1;
        } else if (byte === QUOTE) this.endString(at);
      } else if (byte === QUOTE) this.beginString(at);
      else if (byte === COMMA) this.nextMember(at);
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.open(at, byte === OPEN_BRACE);
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.close(at);
    }
    this.at = at;
    return this.refusal === null && at < bytes.length;
  }

  private beginString(at: number): void {
    this.inString = true;
    this.isEscaped = false;
    this.stringAt = at;
  }

  private endString(at: number): void {
    this.inString = false;
    if (this.isName && this.isForbidden(this.stringAt + 1, at)) {
      this.refusal = 'forbidden_name';
    }
    this.isName = false;
  }

  private isForbidden(from: number, to: number): boolean {
    const length = to - from;
    if (length < SHORTEST_FORBIDDEN || length > LONGEST_ESCAPED) return false;
    if (!this.isEscaped && length > LONGEST_FORBIDDEN) return false;
    return FORBIDDEN_NAMES.includes(textOf(this.bytes, from, to));
  }

  private nextMember(at: number): void {
    this.count();
    this.isName = this.isObject[this.depth - 1] ?? false;
    if (this.depth === 2 && this.list && at - this.cutAt >= CUT_BYTES) {
      this.list.cuts.push(at);
      this.cutAt = at;
    }
  }

  private open(at: number, isObject: boolean): void {
    this.count();
    this.isObject[this.depth] = isObject;
    this.depth += 1;
    this.isName = isObject;
    if (this.depth > this.limits.maxDepth) this.refusal = 'too_deep';
    if (this.depth === 2 && !isObject && this.isObject[0] === true) {
      this.list = { start: at, end: -1, cuts: [] };
      this.cutAt = at;
    }
  }

  private close(at: number): void {
    if (this.depth === 2 && this.list) {
      this.list.end = at;
      if (this.list.cuts.length > 0) this.lists.push(this.list);
      this.list = null;
    }
    this.depth -= 1;
    this.isName = false;
  }

  private count(): void {
    this.members += 1;
    if (this.members > this.limits.maxMembers) this.refusal ??= 'too_many';
  }
}

/** A string's text from its bytes without the quotes; the bytes themselves where they spell none. */
function textOf(bytes: Uint8Array, from: number, to: number): string {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw;
  }
}
