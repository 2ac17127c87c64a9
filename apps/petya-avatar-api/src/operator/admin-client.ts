import type { AccountDto, ApiKeyDto, CreatedApiKeyDto } from '#contracts';
import type { JsonObject } from './body.js';
import type { Connection } from './connection.js';
import { callPetya, type PetyaCall } from './petya-http.js';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** The operator's routes of a Petya. Every method throws a Failure with Petya's problem. */
export class AdminClient {
  constructor(private readonly connection: Connection) {}

  createAccount(body: unknown): Promise<AccountDto> {
    return this.call('POST', '', body);
  }

  /** All accounts, page by page. */
  listAccounts(): Promise<AccountDto[]> {
    return this.listAll<AccountDto>('');
  }

  account(accountId: string): Promise<AccountDto> {
    return this.call('GET', pathOf(accountId));
  }

  changeAccount(accountId: string, changes: JsonObject): Promise<AccountDto> {
    return this.call('PATCH', pathOf(accountId), changes);
  }

  createKey(accountId: string, body: JsonObject): Promise<CreatedApiKeyDto> {
    return this.call('POST', `${pathOf(accountId)}/keys`, body);
  }

  /** All keys of an account, also those that are revoked, page by page. */
  listKeys(accountId: string): Promise<ApiKeyDto[]> {
    return this.listAll<ApiKeyDto>(`${pathOf(accountId)}/keys`);
  }

  revokeKey(accountId: string, keyId: string): Promise<ApiKeyDto> {
    return this.call('DELETE', `${pathOf(accountId)}/keys${pathOf(keyId)}`);
  }

  private async listAll<T>(path: string): Promise<T[]> {
    const all: T[] = [];
    let cursor: string | null = null;
    do {
      const from = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page<T> = await this.call('GET', `${path}?limit=100${from}`);
      all.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return all;
  }

  private call<T>(method: PetyaCall['method'], path: string, body?: unknown): Promise<T> {
    const { petya, adminToken } = this.connection;
    return callPetya(petya, {
      method,
      path: `/admin/accounts${path}`,
      credential: adminToken,
      body,
    });
  }
}

function pathOf(id: string): string {
  return `/${encodeURIComponent(id)}`;
}
