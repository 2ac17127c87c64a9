import { randomBytes } from 'node:crypto';

/** Opcodes of RFC 6455 section 5.2. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Who sends on a leg: a client masks its frames, a server does not (section 5.1). */
export type Sender = 'client' | 'server';

/** Longest payload of a control frame (section 5.5). */
export const MAX_CONTROL_BYTES = 125;

const FIN = 0x80;
const MASKED = 0x80;
const MASK_BYTES = 4;

/**
 * A whole control frame.
 * @param sender whose side of the connection we stand on: as a client we mask
 * @param payload at most 125 bytes
 */
export function controlFrame(opcode: number, payload: Buffer, sender: Sender): Buffer {
  const head = Buffer.from([FIN | opcode, payload.length]);
  if (sender === 'server') return Buffer.concat([head, payload]);
  head[1] = MASKED | payload.length;
  const mask = randomBytes(MASK_BYTES);
  return Buffer.concat([head, mask, unmask(payload, mask)]);
}

/** A close frame; without a code its payload is empty. */
export function closeFrame(code: number | null, reason: Buffer, sender: Sender): Buffer {
  if (code === null) return controlFrame(OPCODE.close, Buffer.alloc(0), sender);
  const payload = Buffer.alloc(2 + Math.min(reason.length, MAX_CONTROL_BYTES - 2));
  payload.writeUInt16BE(code);
  reason.copy(payload, 2);
  return controlFrame(OPCODE.close, payload, sender);
}

/**
 * A copy of a payload without its mask, four bytes at a time.
 * @param mask four bytes
 */
export function unmask(payload: Buffer, mask: Buffer): Buffer {
  // Allocated alone, so that it starts where a word does.
  const words = new Uint32Array(Math.ceil(payload.length / MASK_BYTES));
  const plain = Buffer.from(words.buffer, 0, payload.length);
  payload.copy(plain);
  const [key = 0] = new Uint32Array(Uint8Array.from(mask).buffer);
  for (let index = 0; index < words.length; index += 1) words[index] = (words[index] ?? 0) ^ key;
  return plain;
}
