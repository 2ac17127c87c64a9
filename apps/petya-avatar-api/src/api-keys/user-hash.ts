import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What a site's server makes of its own id of a person who is logged in, with its secret key: hex
 * of HMAC-SHA-256. Only who has the key can say it.
 */
export function userHash(userId: string, secretKey: string): string {
  return createHmac('sha256', secretKey).update(userId, 'utf8').digest('hex');
}

/** Whether one of the keys has made a hash. Compared without telling how much is alike. */
export function isUserHash(hash: string, userId: string, secretKeys: readonly string[]): boolean {
  const offered = Buffer.from(hash, 'hex');
  const fitting = secretKeys.filter((key) => {
    const expected = Buffer.from(userHash(userId, key), 'hex');
    return expected.length === offered.length && timingSafeEqual(expected, offered);
  });
  return fitting.length > 0;
}
