import { hash, randomBytes } from 'node:crypto';

const salt = randomBytes(32).toString('base64');

/**
 * A name for a key in this process's caches and counters, so that a dump of its memory holds none:
 * SHA-256 under a salt that lives as long as the process.
 */
export function keyDigest(key: string): string {
  return hash('sha256', salt + key, 'base64');
}
