import { randomBytes } from 'node:crypto';

/** Random bytes of an id: nobody finds one of ours by guessing. */
const ID_BYTES = 16;

/**
 * A new id of a record that a stranger must not find: 128 random bits as 22 URL-safe characters.
 * It says nothing of when or where it was made; order comes from a time member.
 */
export function newId(): string {
  return randomBytes(ID_BYTES).toString('base64url');
}
