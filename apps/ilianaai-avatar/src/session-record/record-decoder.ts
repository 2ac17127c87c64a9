import { mongo } from 'mongoose';
import { toSession } from './session.mapper.js';
import type { SessionDocument } from './session.schema.js';
import type { Session } from './session.js';

/** Records kept, some kilobytes each. */
const MAX_RECORDS = 2_000;

interface Decoded {
  readonly bytes: Buffer;
  readonly session: Session;
}

/**
 * Makes sessions of records as the server sends them. Nearly every call reads its session, and
 * nearly always as it was at the call before: comparing the bytes costs a hundredth of decoding them.
 */
export class RecordDecoder {
  private readonly decoded = new Map<string, Decoded>();

  /** @param maxRecords those decoded longest ago are forgotten first */
  constructor(private readonly maxRecords = MAX_RECORDS) {}

  /** @param bytes one BSON document; not kept, since it is a part of the whole answer's memory */
  decode(bytes: Uint8Array): Session {
    const id = idOf(bytes);
    const known = id === null ? undefined : this.decoded.get(id);
    if (known?.bytes.equals(bytes)) return known.session;
    const session = toSession(mongo.BSON.deserialize(bytes) as SessionDocument);
    if (id !== null) this.keep(id, { bytes: Buffer.from(bytes), session });
    return session;
  }

  private keep(id: string, decoded: Decoded): void {
    this.decoded.delete(id);
    this.decoded.set(id, decoded);
    const oldest = this.decoded.size > this.maxRecords ? this.decoded.keys().next() : undefined;
    if (oldest?.value !== undefined) this.decoded.delete(oldest.value);
  }
}

/** How a document begins whose first member is a text named `_id`: behind its length. */
const ID_MEMBER = Buffer.from('\x02_id\0', 'latin1');
const ID_LENGTH_AT = 4 + ID_MEMBER.length;
const ID_AT = ID_LENGTH_AT + 4;

/** The id of a BSON document, which MongoDB puts first (bsonspec.org); null where it is no text. */
export function idOf(bytes: Uint8Array): string | null {
  const document = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (document.length < ID_AT || ID_MEMBER.compare(document, 4, ID_LENGTH_AT) !== 0) return null;
  // The length counts the NUL behind the text.
  const end = ID_AT + document.readInt32LE(ID_LENGTH_AT) - 1;
  return end <= document.length ? document.toString('utf8', ID_AT, end) : null;
}
