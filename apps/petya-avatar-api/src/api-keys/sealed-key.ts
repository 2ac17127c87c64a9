import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a secret key under a key from the pepper, bound to the record it lies in: without the
 * pepper a stolen database tells no key, and what is copied into another record opens nowhere.
 */
export function sealKey(key: string, recordId: string, pepper: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, sealingKey(pepper), iv).setAAD(Buffer.from(recordId));
  const sealed = Buffer.concat([cipher.update(key, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

/** @returns null when none of the peppers opens it in this record */
export function openKey(
  sealed: string,
  recordId: string,
  peppers: readonly string[],
): string | null {
  const bytes = Buffer.from(sealed, 'base64');
  for (const pepper of peppers) {
    try {
      const iv = bytes.subarray(0, IV_BYTES);
      const decipher = createDecipheriv(ALGORITHM, sealingKey(pepper), iv, {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(recordId));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const body = bytes.subarray(IV_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    } catch {
      continue;
    }
  }
  return null;
}

function sealingKey(pepper: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', pepper, 'petya-avatar-api', 'secret keys', 32));
}
