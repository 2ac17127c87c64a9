/** Fields of `pipecat.Frame`, a oneof (reference 4.8). */
const TEXT_FRAME = 1;

/** Field of a text frame that holds the text. */
const TEXT = 3;

const LENGTH_DELIMITED = 2;

/** A varint at a position, and where it ends. */
function varint(bytes: Buffer, at: number): { value: number; end: number } {
  let value = 0;
  for (let index = at; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (index - at));
    if (byte < 0x80) return { value, end: index + 1 };
  }
  throw new RangeError('a varint is cut');
}

/** The fields of a message that have a length, by their number. */
function fields(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at < bytes.length;) {
    const tag = varint(bytes, at);
    const head = varint(bytes, tag.end);
    at = head.end;
    if ((tag.value & 7) !== LENGTH_DELIMITED) continue;
    found.set(tag.value >> 3, bytes.subarray(at, at + head.value));
    at += head.value;
  }
  return found;
}

/** The text of a client's frame, or null for audio and for what is no frame. */
export function typedText(bytes: Buffer): string | null {
  try {
    const frame = fields(bytes).get(TEXT_FRAME);
    return (frame && fields(frame).get(TEXT)?.toString('utf8')) ?? null;
  } catch {
    return null;
  }
}

function field(number: number, bytes: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      length.push(rest);
      break;
    }
    length.push((rest % 128) + 128);
  }
  return Buffer.concat([Buffer.from([(number << 3) | LENGTH_DELIMITED, ...length]), bytes]);
}

/** A text frame as the vendor's SDK sends one. */
export function textFrame(text: string): Buffer {
  return field(TEXT_FRAME, field(TEXT, Buffer.from(text, 'utf8')));
}

/** A frame of microphone audio as the SDK sends one each 32 ms: 512 samples of 16 bits. */
export function audioFrame(samples = 512): Buffer {
  return field(2, field(3, Buffer.alloc(samples * 2)));
}
