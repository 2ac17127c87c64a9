import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Begins what is bound to its place. What was sealed before has none, and no dot. */
const BOUND = 'b1.';

/** Where a sealed text lies: put into another record or member it opens no more. */
export interface SealedPlace {
  readonly recordId: string;
  readonly member: string;
}

/** Encrypts what lies in our database but is somebody else's credential. */
export class SecretBox {
  private readonly keys: readonly Buffer[];

  /** @param secrets the first encrypts, all are tried to decrypt, so that secrets can be rotated */
  constructor(secrets: readonly string[]) {
    this.keys = secrets.map((secret) =>
      Buffer.from(hkdfSync('sha256', secret, 'ilianaai-avatar', 'session credentials', 32)),
    );
  }

  seal(text: string, place: SealedPlace): string {
    const [key] = this.keys;
    if (!key) throw new Error('a secret box needs a secret');
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(nameOf(place));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return BOUND + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /**
   * @returns null when no secret of ours opens it, for example after a change of all secrets, and
   * for what was sealed for another place
   */
  open(sealed: string, place: SealedPlace): string | null {
    const isBound = sealed.startsWith(BOUND);
    const bytes = Buffer.from(isBound ? sealed.slice(BOUND.length) : sealed, 'base64');
    for (const key of this.keys) {
      try {
        const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES));
        if (isBound) decipher.setAAD(nameOf(place));
        decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        const body = bytes.subarray(IV_BYTES + TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch {
        continue;
      }
    }
    return null;
  }
}

function nameOf({ recordId, member }: SealedPlace): Buffer {
  return Buffer.from(`${recordId}/${member}`, 'utf8');
}
