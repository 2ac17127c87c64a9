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
import { ApiKeysRepository, type KeyOwner } from './api-keys.repository.js';
import { openKey, sealKey } from './sealed-key.js';
import { isUserHash } from './user-hash.js';

/** Secret keys of an account that a hash is held against; more than anybody rotates through. */
const MAX_SECRET_KEYS = 20;

/** Keys are looked up on every request and never cached, so a revoked one stops at once. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly accounts: AccountsService,
    private readonly config: PetyaConfig,
  ) {}

  /** Null for a key that nobody has. */
  findOwner(key: string): Promise<KeyOwner | null> {
    return this.keys.findOwner(this.digests(key));
  }

  /**
   * @throws PetyaError `not_found` for an unknown account, `key_taken`, `invalid_input` for a
   * secret key that was not made here
   */
  async create(accountId: string, dto: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    const kind = dto.kind ?? 'customer';
    if (kind === 'secret' && dto.key !== undefined) throw noImport();
    await this.accounts.get(accountId);
    const key = dto.key ?? newApiKey(kind);
    const [pepper = ''] = this.config.apiKeyPeppers;
    const isTaken = dto.key !== undefined && (await this.keys.hasAnyOf(this.digests(key)));
    const stored = isTaken
      ? null
      : await this.keys.create(
          { accountId, kind, digest: apiKeyDigest(key, pepper), ...apiKeyHint(key) },
          (id) => (kind === 'secret' ? { sealed: sealKey(key, id, pepper) } : {}),
        );
    if (!stored) throw new PetyaError('key_taken');
    return { ...toApiKeyDto(stored), key };
  }

  /** Whether a secret key of the account that stands has made this hash of a person's id. */
  async isUserHash(accountId: string, userId: string, hash: string): Promise<boolean> {
    const sealed = await this.keys.listSealed(accountId, MAX_SECRET_KEYS);
    const keys = sealed.flatMap((each) => {
      const key = openKey(each.sealed, each.id, this.config.apiKeyPeppers);
      return key === null ? [] : [key];
    });
    return isUserHash(hash, userId, keys);
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

  private digests(key: string): string[] {
    return this.config.apiKeyPeppers.map((pepper) => apiKeyDigest(key, pepper));
  }
}

function noImport(): PetyaError {
  const message = 'must be left out: a secret key is made here and never imported';
  return new PetyaError('invalid_input', { errors: [{ pointer: '/key', message }] });
}
