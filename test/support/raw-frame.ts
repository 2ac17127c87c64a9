import { randomBytes } from 'node:crypto';

export interface RawFrame {
  /** The first byte: FIN, three reserved bits, opcode. */
  readonly first: number;
  readonly payload?: Buffer;
  readonly isMasked?: boolean;
  /** Four bytes; any when missing. */
  readonly mask?: Buffer;
  /** Length that is announced, where it is not the payload's. */
  readonly length?: number | bigint;
  /** In how many further bytes the length is written; as few as it needs when missing. */
  readonly lengthBytes?: 0 | 2 | 8;
}

/** A WebSocket frame bit by bit, right or wrong (RFC 6455 section 5.2). */
export function rawFrame(frame: RawFrame): Buffer {
  const { first, payload = Buffer.alloc(0), isMasked = true, mask = randomBytes(4) } = frame;
  const length = BigInt(frame.length ?? payload.length);
  const lengthBytes = frame.lengthBytes ?? (length < 126n ? 0 : length < 65_536n ? 2 : 8);
  const head = Buffer.alloc(2 + lengthBytes);
  const short = lengthBytes === 0 ? Number(length) : lengthBytes === 2 ? 126 : 127;
  head[0] = first;
  head[1] = (isMasked ? 0x80 : 0) | short;
  if (lengthBytes === 2) head.writeUInt16BE(Number(length), 2);
  if (lengthBytes === 8) head.writeBigUInt64BE(length, 2);
  if (!isMasked) return Buffer.concat([head, payload]);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([head, mask, masked]);
}
