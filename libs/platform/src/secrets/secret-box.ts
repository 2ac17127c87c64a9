import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Begins what is sealed. What was sealed before has no mark, and no dot. */
const MARK = 'b1.';

/** Where a sealed text lies: put into another record or member it opens no more. */
export interface SealedPlace {
  readonly recordId: string;
  readonly member: string;
}

/** What a box is for. Boxes of one secret with another purpose open nothing of each other. */
export interface BoxPurpose {
  readonly app: string;
  readonly use: string;
  /** What unmarked texts were bound to; an empty text: to nothing. */
  readonly unmarkedPlace: (place: SealedPlace) => string;
}

/**
 * Encrypts (AES-256-GCM) what lies in our database but must be of no use to who has stolen that. A
 * sealed text is `b1.` and base64 of 12 bytes of IV, 16 of tag, and the encrypted UTF-8.
 */
export class SecretBox {
  private readonly keys: readonly Buffer[];

  /** @param secrets the first encrypts, all are tried to decrypt, so that secrets can be rotated */
  constructor(
    private readonly purpose: BoxPurpose,
    secrets: readonly string[],
  ) {
    this.keys = secrets.map((secret) =>
      Buffer.from(hkdfSync('sha256', secret, purpose.app, purpose.use, 32)),
    );
  }

  /** @throws Error when the box has no secret */
  seal(text: string, place: SealedPlace): string {
    const [key] = this.keys;
    if (!key) throw new Error('a secret box needs a secret');
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(nameOf(place)));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return MARK + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /**
   * @returns null when no secret of ours opens it, for example after a change of all secrets, and
   * for what was sealed for another place
   */
  open(sealed: string, place: SealedPlace): string | null {
    const isMarked = sealed.startsWith(MARK);
    const bytes = Buffer.from(isMarked ? sealed.slice(MARK.length) : sealed, 'base64');
    const bound = Buffer.from(isMarked ? nameOf(place) : this.purpose.unmarkedPlace(place));
    for (const key of this.keys) {
      const text = decrypt(bytes, key, bound);
      if (text !== null) return text;
    }
    return null;
  }
}

function decrypt(bytes: Buffer, key: Buffer, bound: Buffer): string | null {
  try {
    const iv = bytes.subarray(0, IV_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(bound);
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const body = bytes.subarray(IV_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

function nameOf({ recordId, member }: SealedPlace): string {
  return `${recordId}/${member}`;
}
