import { GatheredReads } from './gathered-reads.js';
import { anyOf, oneOf } from './session-filters.js';
import type { Session, SessionKey } from './session.js';

/** The id that the vendor and the SDKs know a session by, and its account. */
export interface VendorSessionKey {
  readonly vendorSessionId: string;
  readonly accountId: string;
}

type Filter = ReturnType<typeof anyOf> | ReturnType<typeof anyOfVendor>;

/** The look-ups that nearly every call begins with, of which those that come together share a read. */
export class SessionLookUps {
  private readonly byKey = new GatheredReads(async (keys: readonly SessionKey[]) => {
    const found = byName(await this.list(anyOf(keys)), ({ id }) => id);
    return keys.map(({ id, accountId }) => found.get(nameOf(accountId, id)) ?? null);
  });

  private readonly byVendorKey = new GatheredReads(async (keys: readonly VendorSessionKey[]) => {
    const sessions = await this.list(anyOfVendor(keys));
    const found = byName(sessions, ({ vendorSessionId }) => vendorSessionId ?? '');
    return keys.map((key) => found.get(nameOf(key.accountId, key.vendorSessionId)) ?? null);
  });

  /** @param list reads the records that fit a filter */
  constructor(private readonly list: (filter: Filter) => Promise<Session[]>) {}

  find(key: SessionKey): Promise<Session | null> {
    return this.byKey.get(key);
  }

  findByVendorId(key: VendorSessionKey): Promise<Session | null> {
    return this.byVendorKey.get(key);
  }
}

/** The id comes first: SecantusDB goes by the first condition with an index, and accounts have many. */
function anyOfVendor(keys: readonly VendorSessionKey[]) {
  return {
    vendorSessionId: oneOf(keys.map(({ vendorSessionId }) => vendorSessionId)),
    accountId: oneOf(keys.map(({ accountId }) => accountId)),
  };
}

/** A session of one account never answers for the same id in another one. */
function nameOf(accountId: string, id: string): string {
  return `${accountId.length} ${accountId} ${id}`;
}

function byName(sessions: readonly Session[], idOf: (session: Session) => string) {
  return new Map(sessions.map((session) => [nameOf(session.accountId, idOf(session)), session]));
}
