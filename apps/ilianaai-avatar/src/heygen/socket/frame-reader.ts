import { isUtf8 } from 'node:buffer';
import { ending, type Ending, CLOSE, readClose } from './close-codes.js';
import { FragmentedMessage } from './fragmented-message.js';
import { MAX_CONTROL_BYTES, OPCODE, type Sender, unmask } from './frames.js';

/** Longest message, in bytes, also of all its fragments together. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

const MASK_BYTES = 4;

/** What a reader tells of the frames it has seen. */
export interface FrameSink {
  /** Whole frames as they came, in order; pieces that follow one another. */
  pass(pieces: readonly Buffer[], frames: number): void;
  /** What our own pings say: a pong that answers one is not passed on. */
  readonly pingPayload: Buffer;
  /** Whether a message is worth decoding, by its first frame. */
  wants(opcode: number, firstByte: number): boolean;
  /** A message that was wanted, without its mask. */
  message(opcode: number, payload: Buffer): void;
  /** A close frame: nothing after it is looked at. */
  closed(ending: Ending): void;
  /** The sender broke the protocol or a limit: nothing after it is looked at. */
  failed(ending: Ending): void;
}

interface Header {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly size: number;
  readonly length: number;
}

/**
 * Finds the frames in a stream of bytes and hands them on as they are. A payload is looked into
 * only where it must be: texts are checked, wanted messages are decoded, everything else passes by
 * the length in its header.
 */
export class FrameReader {
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** Size of the frame at the beginning of what is held, once its header is there. */
  private neededBytes = 0;
  private isDone = false;
  private failure: Ending | null = null;

  /** The message whose fragments are arriving. */
  private message: FragmentedMessage | null = null;

  constructor(
    private readonly sender: Sender,
    private readonly sink: FrameSink,
  ) {}

  push(chunk: Buffer): void {
    if (this.isDone) return;
    if (this.heldBytes === 0) return this.read(chunk);
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    if (this.heldBytes < this.neededBytes) return;
    const pieces = this.held;
    const extraBytes = this.heldBytes - this.neededBytes;
    const isUnread = this.neededBytes > 0 && this.passUnread(pieces, extraBytes);
    if (this.isDone) return;
    this.hold(null);
    if (!isUnread) return this.read(Buffer.concat(pieces));
    if (extraBytes > 0) this.read(chunk.subarray(chunk.length - extraBytes));
  }

  /**
   * A long frame that nobody looks into goes on in the pieces in which it came: joining them would
   * copy it.
   * @param extraBytes how much of the last piece is not the frame's
   * @returns false when it has to be looked into
   */
  private passUnread(pieces: Buffer[], extraBytes: number): boolean {
    const [first] = pieces;
    const last = pieces.at(-1);
    const header = first && this.header(first, 0);
    if (!first || !last || !header || header.opcode >= OPCODE.close) return false;
    if (this.message === null && header.opcode !== OPCODE.binary) return false;
    if (this.message?.isLookedInto) return false;
    if (first.length <= header.size || this.isWanted(header, first, 0)) return false;
    this.data(header, first, 0);
    if (this.failure) this.sink.failed(this.failure);
    else this.sink.pass([...pieces.slice(0, -1), last.subarray(0, last.length - extraBytes)], 1);
    return true;
  }

  private read(bytes: Buffer): void {
    let runStart = 0;
    let runFrames = 0;
    let at = 0;
    const passRun = (): void => {
      const isAll = runStart === 0 && at === bytes.length;
      if (runFrames > 0) this.sink.pass([isAll ? bytes : bytes.subarray(runStart, at)], runFrames);
      runFrames = 0;
    };
    while (!this.isDone) {
      const header = this.header(bytes, at);
      const end = header === null ? Infinity : at + header.size + header.length;
      if (header === null || end > bytes.length) {
        passRun();
        if (this.failure) return this.sink.failed(this.failure);
        if (at < bytes.length) this.hold(bytes.subarray(at));
        return;
      }
      if (header.opcode < OPCODE.close) {
        this.data(header, bytes, at);
        if (this.failure) {
          passRun();
          return this.sink.failed(this.failure);
        }
        runFrames += 1;
      } else if (header.opcode === OPCODE.close) {
        passRun();
        return this.close(this.payload(header, bytes, at));
      } else if (header.opcode === OPCODE.pong && this.isOwnPong(header, bytes, at)) {
        passRun();
        runStart = end;
      } else runFrames += 1;
      at = end;
    }
  }

  private hold(bytes: Buffer | null): void {
    this.held = bytes === null ? [] : [bytes];
    this.heldBytes = bytes?.length ?? 0;
  }

  /** @returns null when it is not all there, or after a failure */
  private header(bytes: Buffer, at: number): Header | null {
    this.neededBytes = 0;
    if (bytes.length - at < 2) return null;
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const isMasked = (second & 0x80) !== 0;
    const short = second & 0x7f;
    const lengthBytes = short < 126 ? 0 : short === 126 ? 2 : 8;
    const opcode = first & 0x0f;
    const isFinal = (first & 0x80) !== 0;
    const isControl = opcode >= OPCODE.close;
    const isKnown = opcode <= OPCODE.binary || (isControl && opcode <= OPCODE.pong);
    if ((first & 0x70) !== 0 || !isKnown || isMasked !== (this.sender === 'client')) {
      return this.fail(CLOSE.protocolError, 'malformed frame');
    }
    if (isControl && (!isFinal || short > MAX_CONTROL_BYTES)) {
      return this.fail(CLOSE.protocolError, 'malformed control frame');
    }
    if (bytes.length - at < 2 + lengthBytes) return null;
    const length = readLength(bytes, at + 2, short);
    if (!isControl && length + (this.message?.bytes ?? 0) > MAX_MESSAGE_BYTES) {
      return this.fail(CLOSE.tooBig, 'message too big');
    }
    const size = 2 + lengthBytes + (isMasked ? MASK_BYTES : 0);
    // The sum is known before the payload is there, so that a frame is joined from its pieces once.
    this.neededBytes = size + length;
    return bytes.length - at < size ? null : { opcode, isFinal, size, length };
  }

  private data(header: Header, bytes: Buffer, at: number): void {
    const { opcode, isFinal } = header;
    if ((opcode === OPCODE.continuation) !== (this.message !== null)) {
      return void this.fail(CLOSE.protocolError, 'fragments out of order');
    }
    if (isFinal && this.message === null) return this.whole(header, bytes, at);
    this.message ??= new FragmentedMessage(opcode, this.isWanted(header, bytes, at));
    this.fragment(this.message, header, bytes, at);
  }

  /** A message in one frame, as nearly all are: nothing of it has to be remembered. */
  private whole(header: Header, bytes: Buffer, at: number): void {
    const isText = header.opcode === OPCODE.text;
    const isWanted = this.isWanted(header, bytes, at);
    if (!isText && !isWanted) return;
    const payload = this.payload(header, bytes, at);
    if (isText && !isUtf8(payload)) this.fail(CLOSE.badText, 'not UTF-8');
    else if (isWanted) this.sink.message(header.opcode, payload);
  }

  private fragment(message: FragmentedMessage, header: Header, bytes: Buffer, at: number): void {
    const { isFinal, length } = header;
    if (!message.count(length)) return void this.fail(CLOSE.policy, 'too many fragments');
    if (message.isLookedInto && !message.look(this.payload(header, bytes, at), isFinal)) {
      return void this.fail(CLOSE.badText, 'not UTF-8');
    }
    if (!isFinal) return;
    this.message = null;
    if (message.isWanted) this.sink.message(message.opcode, message.joined());
  }

  private isWanted({ opcode, size, length }: Header, bytes: Buffer, at: number): boolean {
    const mask = this.sender === 'client' ? (bytes[at + size - MASK_BYTES] ?? 0) : 0;
    const firstByte = length === 0 ? 0 : (bytes[at + size] ?? 0) ^ mask;
    return this.sink.wants(opcode, firstByte);
  }

  /** Compared below its mask and without a copy: idle sockets do little else. */
  private isOwnPong({ size, length }: Header, bytes: Buffer, at: number): boolean {
    const { pingPayload } = this.sink;
    if (length !== pingPayload.length) return false;
    const start = at + size;
    return pingPayload.every((byte, index) => {
      const mask =
        this.sender === 'client' ? (bytes[start - MASK_BYTES + (index % MASK_BYTES)] ?? 0) : 0;
      return ((bytes[start + index] ?? 0) ^ mask) === byte;
    });
  }

  private payload({ size, length }: Header, bytes: Buffer, at: number): Buffer {
    const payload = bytes.subarray(at + size, at + size + length);
    if (this.sender === 'server') return payload;
    return unmask(payload, bytes.subarray(at + size - MASK_BYTES, at + size));
  }

  private close(payload: Buffer): void {
    const said = readClose(payload);
    this.isDone = true;
    if (typeof said === 'number') this.sink.failed(ending(said, 'malformed close frame'));
    else this.sink.closed(said);
  }

  private fail(code: number, reason: string): null {
    this.isDone = true;
    this.hold(null);
    this.failure = ending(code, reason);
    return null;
  }
}

function readLength(bytes: Buffer, at: number, short: number): number {
  if (short < 126) return short;
  if (short === 126) return bytes.readUInt16BE(at);
  return Number(bytes.readBigUInt64BE(at));
}
