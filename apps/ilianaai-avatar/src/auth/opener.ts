import { createHmac } from 'node:crypto';

/**
 * A name for the address that a session was asked for from, which tells requests of one address
 * from others without keeping it. Keyed, since there are few enough addresses to try them all; by
 * account, so that nobody is followed from one site to another.
 */
export function openerOf(accountId: string, address: string, secret: string): string {
  return createHmac('sha256', secret)
    .update(`opener ${accountId} ${address}`)
    .digest('base64url')
    .slice(0, 22);
}
