import { GatheredReads, RecentMap } from '#platform';
import { anyOf, oneOf } from './session-filters.js';
import { isAtVendor, type Session, type SessionKey } from '../domain/session.js';

/** The id that the vendor and the SDKs know a session by, and its account. */
export interface VendorSessionKey {
  readonly vendorSessionId: string;
  readonly accountId: string;
}

type Filter = ReturnType<typeof anyOf> | ReturnType<typeof anyOfVendor>;

/** Names kept, some hundred bytes each. */
const MAX_NAMES = 20_000;

/** The look-ups that nearly every call begins with, of which those that come together share a read. */
export class SessionLookUps {
  /**
   * Our ids by the vendor's, as they were found. A record keeps both for good, and by our own id it
   * is found without an index beside it.
   */
  private readonly ids = new RecentMap<string, string>({ max: MAX_NAMES });

  private readonly byKey = new GatheredReads(async (keys: readonly SessionKey[]) => {
    const found = byName(await this.list(anyOf(keys)), ({ id }) => id);
    return keys.map(({ id, accountId }) => found.get(nameOf(accountId, id)) ?? null);
  });

  private readonly byVendorKey = new GatheredReads(async (keys: readonly VendorSessionKey[]) => {
    const sessions = (await this.list(anyOfVendor(keys))).filter(isAtVendor);
    const found = byName(sessions, ({ vendorSessionId }) => vendorSessionId);
    return keys.map((key) => {
      const name = nameOf(key.accountId, key.vendorSessionId);
      const session = found.get(name) ?? null;
      if (session) this.ids.set(name, session.id);
      return session;
    });
  });

  /** @param list reads the records that fit a filter */
  constructor(private readonly list: (filter: Filter) => Promise<Session[]>) {}

  find(key: SessionKey): Promise<Session | null> {
    return this.byKey.get(key);
  }

  findByVendorId(key: VendorSessionKey): Promise<Session | null> {
    const own = this.ownKeyOf(key);
    return own === null ? this.byVendorKey.get(key) : this.byKey.get(own);
  }

  /** Null where no look-up has found it yet. */
  ownKeyOf({ accountId, vendorSessionId }: VendorSessionKey): SessionKey | null {
    const id = this.ids.get(nameOf(accountId, vendorSessionId));
    return id === undefined ? null : { id, accountId };
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

function byName<S extends Session>(sessions: readonly S[], idOf: (session: S) => string) {
  return new Map(sessions.map((session) => [nameOf(session.accountId, idOf(session)), session]));
}
