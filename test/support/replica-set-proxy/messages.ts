/** A whole message of MongoDB's wire protocol, header included. */
export interface Message {
  readonly requestId: number;
  readonly responseTo: number;
  readonly opCode: number;
  readonly bytes: Buffer;
}

export const HEADER_BYTES = 16;

/** Puts what a socket brings together into whole messages. */
export class MessageReader {
  private chunks: Buffer[] = [];
  private length = 0;

  /** @returns the messages that this chunk completes */
  read(chunk: Buffer): Message[] {
    this.chunks.push(chunk);
    this.length += chunk.length;
    const messages: Message[] = [];
    while (this.length >= HEADER_BYTES) {
      const size = this.front(4).readInt32LE(0);
      if (this.length < size) break;
      const all = this.front(this.length);
      messages.push(messageOf(all.subarray(0, size)));
      this.chunks = [all.subarray(size)];
      this.length -= size;
    }
    return messages;
  }

  /** The first bytes in one piece: a large message comes in many chunks and is joined once. */
  private front(size: number): Buffer {
    const [first = Buffer.alloc(0)] = this.chunks;
    if (first.length >= size) return first;
    const joined = Buffer.concat(this.chunks);
    this.chunks = [joined];
    return joined;
  }
}

function messageOf(bytes: Buffer): Message {
  return {
    requestId: bytes.readInt32LE(4),
    responseTo: bytes.readInt32LE(8),
    opCode: bytes.readInt32LE(12),
    bytes,
  };
}

let lastRequestId = 0;

/** A message of ours with this content behind its header. */
export function messageWith(opCode: number, responseTo: number, content: Buffer): Message {
  lastRequestId = (lastRequestId + 1) % 0x7f_ff_ff_ff;
  const bytes = Buffer.alloc(HEADER_BYTES + content.length);
  bytes.writeInt32LE(bytes.length, 0);
  bytes.writeInt32LE(lastRequestId, 4);
  bytes.writeInt32LE(responseTo, 8);
  bytes.writeInt32LE(opCode, 12);
  content.copy(bytes, HEADER_BYTES);
  return { requestId: lastRequestId, responseTo, opCode, bytes };
}
