import { createHash, timingSafeEqual } from 'node:crypto';

/** The token of an `Authorization: Bearer` header, or null where there is none. */
export function bearerToken(authorization: string | undefined): string | null {
  const match = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '');
  return match?.[1] ?? null;
}

/** Compares two secrets without telling by its time how much of them is alike. */
export function isSameSecret(offered: string, expected: string): boolean {
  return timingSafeEqual(digest(offered), digest(expected));
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
