import type { ApiKeyKind } from '#contracts';
import type { Account } from '../accounts/account.js';

/** Who asks on a route of the plugin: a key of an account, and the visitor whose proof came along. */
export interface Caller {
  readonly account: Account;
  readonly keyKind: ApiKeyKind;
  readonly visitor: { readonly id: string } | null;
}
