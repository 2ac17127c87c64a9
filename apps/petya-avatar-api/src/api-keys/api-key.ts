import type { ApiKeyKind } from '#contracts';
import { createHmac, hkdfSync, randomInt } from 'node:crypto';

/** A key as it is kept: never the key itself. */
export interface ApiKey {
  readonly id: string;
  readonly accountId: string;
  readonly kind: ApiKeyKind;
  readonly prefix: string;
  readonly lastFour: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  /** `pepperName` of the pepper it is kept under; null: from before that was noted. */
  readonly pepper: string | null;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Random characters of a new key: 32 of 62 are 190 bits. */
const RANDOM_CHARS = 32;

/** A new key, `SE_` or `SK_` and 32 letters and digits. */
export function newApiKey(kind: ApiKeyKind): string {
  const chars = Array.from({ length: RANDOM_CHARS }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return `${kind === 'secret' ? 'SK_' : 'SE_'}${chars.join('')}`;
}

/** HMAC-SHA-256 in hex: without the pepper a stolen database does not tell which key fits. */
export function apiKeyDigest(key: string, pepper: string): string {
  return createHmac('sha256', pepper).update(key, 'utf8').digest('hex');
}

/** Tells which pepper a record was made under, and of the pepper nothing but that. */
export function pepperName(pepper: string): string {
  const name = hkdfSync('sha256', pepper, 'petya-avatar-api', 'name of the pepper', 6);
  return Buffer.from(name).toString('base64url');
}

/** What lists show of a key, enough to tell keys apart and too little to use one. */
export function apiKeyHint(key: string): { prefix: string; lastFour: string } {
  return { prefix: key.slice(0, 4), lastFour: key.slice(-4) };
}
