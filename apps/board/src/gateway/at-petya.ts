import { writeHash } from '../shared/hash.js';

/**
 * Where Petya's board shows an account: its settings, keys and embed code.
 * @param board an origin, as the gateway is set
 */
export function atPetya(board: string, accountId: string): string {
  return `${board}/board${writeHash('accounts', accountId)}`;
}
