import { isUtf8 } from 'node:buffer';

const EMPTY = Buffer.alloc(0);

/** Checks UTF-8 that arrives in pieces, which may be cut inside a character. */
export class TextCheck {
  private rest: Buffer = EMPTY;

  /** @returns whether everything so far can be the beginning of valid text, or all of it */
  push(piece: Buffer, isLast: boolean): boolean {
    const bytes = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    const cut = isLast ? 0 : unfinishedBytes(bytes);
    this.rest = cut === 0 ? EMPTY : bytes.subarray(bytes.length - cut);
    const whole = cut === 0 ? bytes : bytes.subarray(0, bytes.length - cut);
    return isUtf8(whole) && canContinue(this.rest);
  }
}

/** How many bytes at the end begin a character that is not all there. */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return characterBytes(byte) > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

function characterBytes(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

/** Whether some bytes can begin a character: completed in one way or another they are valid. */
function canContinue(start: Buffer): boolean {
  if (start.length === 0) return true;
  const missing = characterBytes(start[0] ?? 0) - start.length;
  return [0x80, 0xbf].some((byte) => isUtf8(Buffer.concat([start, Buffer.alloc(missing, byte)])));
}
