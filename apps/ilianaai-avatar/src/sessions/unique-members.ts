import type { Session } from './session.js';

/**
 * The members that unique indexes stand on. They are always there and always text, so the indexes
 * need no partial filter and every look-up can use them: what a session does not take is written
 * as its own id, which nobody else can hold.
 */
export interface UniqueMembers {
  readonly slotKey: string;
  readonly vendorKey: string;
  readonly idempotencyId: string;
}

const SLOT = 'slot:';

/** Finds the sessions of an account that take a slot. */
export const TAKES_A_SLOT = { slotKey: { $gte: SLOT, $lt: 'slot;' } } as const;

/** The unique members that follow from a session. */
export function uniqueMembers(
  session: Pick<Session, 'id' | 'slot' | 'vendorSessionId' | 'idempotencyKey'>,
): UniqueMembers {
  const { id, slot, vendorSessionId, idempotencyKey } = session;
  return {
    slotKey: slot === null ? `none:${id}` : `${SLOT}${slot}`,
    vendorKey: vendorSessionId === null ? `none:${id}` : vendorKeyOf(vendorSessionId),
    idempotencyId: idempotencyKey === null ? `none:${id}` : idempotencyIdOf(idempotencyKey),
  };
}

/** How a vendor's session id stands in its index. */
export function vendorKeyOf(vendorSessionId: string): string {
  return `id:${vendorSessionId}`;
}

/** How an idempotency key stands in its index. */
export function idempotencyIdOf(idempotencyKey: string): string {
  return `key:${idempotencyKey}`;
}
