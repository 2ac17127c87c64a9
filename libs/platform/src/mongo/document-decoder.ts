import { mongo } from 'mongoose';
import { RecentMap } from '../collections/recent-map.js';

/** Documents kept, some kilobytes each. */
const MAX_DOCUMENTS = 2_000;

interface Decoded<T> {
  readonly bytes: Buffer;
  readonly value: T;
}

/**
 * Decodes documents as the server sends them (`raw: true`), for reads that nearly always find them
 * as they were at the read before: comparing the bytes costs a hundredth of decoding them. What is
 * given out is shared and must not be changed.
 */
export class DocumentDecoder<D, T> {
  private readonly decoded: RecentMap<string, Decoded<T>>;

  /**
   * @param toValue makes of a document what is given out
   * @param maxDocuments those decoded longest ago are forgotten first
   */
  constructor(
    private readonly toValue: (document: D) => T,
    maxDocuments = MAX_DOCUMENTS,
  ) {
    this.decoded = new RecentMap({ max: maxDocuments });
  }

  /** @param bytes one BSON document; not kept, since it is a part of the whole answer's memory */
  decode(bytes: Uint8Array): T {
    const id = idOf(bytes);
    const known = id === null ? undefined : this.decoded.get(id);
    if (known?.bytes.equals(bytes)) return known.value;
    const value = this.toValue(mongo.BSON.deserialize(bytes) as D);
    if (id !== null) this.decoded.set(id, { bytes: exactCopy(bytes), value });
    return value;
  }
}

/** A copy in memory of its own: `Buffer.from` cuts it out of a slab of 8 KiB, which it would keep. */
function exactCopy(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
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
