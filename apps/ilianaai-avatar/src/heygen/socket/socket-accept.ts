import { createHash } from 'node:crypto';

/** What a server appends to the client's key (RFC 6455 section 1.3). */
const KEY_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The `Sec-WebSocket-Accept` that proves a server has read a key. */
export function acceptOf(key: string): string {
  return createHash('sha1').update(key).update(KEY_GUID).digest('base64');
}
