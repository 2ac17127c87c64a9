import { isUtf8 } from 'node:buffer';

/** How a leg ended. */
export interface Ending {
  /** Null for a close frame without a code. */
  readonly code: number | null;
  readonly reason: Buffer;
}

/** Close codes of RFC 6455 section 7.4.1 that this relay gives itself. */
export const CLOSE = {
  normal: 1000,
  protocolError: 1002,
  noCode: 1005,
  lost: 1006,
  badText: 1007,
  policy: 1008,
  tooBig: 1009,
  internal: 1011,
  restart: 1012,
  tryLater: 1013,
  tls: 1015,
} as const;

/** Codes that may stand in a close frame; 1004 to 1006 and 1015 are for local use (section 7.4.2). */
export function isSendable(code: number): boolean {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && !(code >= 1004 && code <= 1006);
}

/**
 * Reads the payload of a close frame.
 * @returns the code of what is wrong with it: one byte, a forbidden code, a reason that is no text
 */
export function readClose(payload: Buffer): Ending | number {
  if (payload.length === 0) return { code: null, reason: payload };
  if (payload.length === 1) return CLOSE.protocolError;
  const code = payload.readUInt16BE();
  const reason = payload.subarray(2);
  if (!isSendable(code)) return CLOSE.protocolError;
  return isUtf8(reason) ? { code, reason } : CLOSE.badText;
}

/**
 * What the other end is told. What was never sent cannot be passed on: no code stays no code, and a
 * connection that was lost is an internal error to the one at the other end.
 */
export function asSent({ code, reason }: Ending): Ending {
  if (code === null || code === CLOSE.noCode) return { code: null, reason: Buffer.alloc(0) };
  return isSendable(code) ? { code, reason } : { code: CLOSE.internal, reason };
}

/** An ending of our own. */
export function ending(code: number, reason: string): Ending {
  return { code, reason: Buffer.from(reason) };
}
