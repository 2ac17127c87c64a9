import { Injectable } from '@nestjs/common';
import type {
  ApiKeyDto,
  ApiKeyListDto,
  CreateApiKeyDto,
  CreatedApiKeyDto,
  PageQueryDto,
} from '#contracts';
import { AccountsService } from '../accounts/accounts.service.js';
import { PetyaConfig } from '../config/petya-config.js';
import { PetyaError } from '../errors.js';
import { idPage, idPageRequest } from '../paging/id-page.js';
import { apiKeyDigest, apiKeyHint, newApiKey } from './api-key.js';
import { toApiKeyDto } from './api-key.mapper.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** Keys are looked up on every request and never cached, so a revoked one stops at once. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly accounts: AccountsService,
    private readonly config: PetyaConfig,
  ) {}

  findAccountId(key: string): Promise<string | null> {
    return this.keys.findAccountId(this.digest(key));
  }

  /** @throws PetyaError `not_found` for an unknown account, `key_taken` */
  async create(accountId: string, dto: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    await this.accounts.get(accountId);
    const key = dto.key ?? newApiKey();
    const stored = await this.keys.create({
      accountId,
      digest: this.digest(key),
      ...apiKeyHint(key),
    });
    if (!stored) throw new PetyaError('key_taken');
    return { ...toApiKeyDto(stored), key };
  }

  /** @throws PetyaError `not_found` for an unknown account */
  async list(accountId: string, query: PageQueryDto): Promise<ApiKeyListDto> {
    await this.accounts.get(accountId);
    const request = idPageRequest(query);
    const page = idPage(await this.keys.list(accountId, request), request.limit);
    return { items: page.items.map(toApiKeyDto), nextCursor: page.nextCursor };
  }

  /** @throws PetyaError `not_found` when the account has no such key */
  async revoke(accountId: string, keyId: string): Promise<ApiKeyDto> {
    const key = await this.keys.revoke(accountId, keyId);
    if (!key) throw new PetyaError('not_found');
    return toApiKeyDto(key);
  }

  removeOfAccount(accountId: string): Promise<void> {
    return this.keys.removeOfAccount(accountId);
  }

  private digest(key: string): string {
    return apiKeyDigest(key, this.config.apiKeyPepper);
  }
}
