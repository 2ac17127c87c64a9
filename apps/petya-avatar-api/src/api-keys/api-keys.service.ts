import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type {
  ApiKeyDto,
  ApiKeyListDto,
  CreateApiKeyDto,
  CreatedApiKeyDto,
  PageQueryDto,
} from '#contracts';
import { boundedBy, describeCause, type SecretBox } from '#platform';
import { AccountsService } from '../accounts/accounts.service.js';
import { PetyaConfig } from '../config/petya-config.js';
import { nothingOf, PetyaError } from '../errors.js';
import { idPage, idPageRequest } from '../paging/id-page.js';
import { apiKeyDigest, apiKeyHint, newApiKey, pepperName } from './api-key.js';
import { toApiKeyDto } from './api-key.mapper.js';
import { ApiKeysRepository, type KeptKey, type KeyOwner } from './api-keys.repository.js';
import { keyBox, sealedKeyPlace } from './key-box.js';
import { isUserHash } from './user-hash.js';

/** Secret keys of an account that a hash is held against; more than anybody rotates through. */
const MAX_SECRET_KEYS = 20;

/**
 * How long a process leaves a key alone that it has just put under its first pepper. While replicas
 * are updated their lists differ in order, and each would put back what another has done.
 */
const RENEW_PAUSE_MS = 10 * 60_000;

const MAX_RENEWED = 10_000;

/** Keys are looked up on every request and never cached, so a revoked one stops at once. */
@Injectable()
export class ApiKeysService {
  private readonly logger = new Logger('ApiKeys');
  private readonly box: SecretBox;
  /** The first digests and seals, all are tried. */
  private readonly peppers: readonly string[];
  private readonly firstPepper: string;
  private readonly firstPepperName: string;
  /** Ids of keys that this process has just put under its first pepper. */
  private readonly renewed = new LRUCache<string, true>({
    ...boundedBy(MAX_RENEWED),
    ttl: RENEW_PAUSE_MS,
    ttlResolution: 0,
  });

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly accounts: AccountsService,
    { apiKeyPeppers }: PetyaConfig,
  ) {
    const [first] = apiKeyPeppers;
    this.peppers = apiKeyPeppers;
    this.firstPepper = first;
    this.firstPepperName = pepperName(first);
    this.box = keyBox(apiKeyPeppers);
  }

  /** Null for a key that nobody has. */
  async findOwner(key: string): Promise<KeyOwner | null> {
    const found = await this.keys.findOwner(this.digests(key));
    if (found) this.renewWhereOld(found, key);
    return found;
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
    const isTaken = dto.key !== undefined && (await this.keys.hasAnyOf(this.digests(key)));
    const stored = isTaken
      ? null
      : await this.keys.create(
          {
            accountId,
            kind,
            digest: apiKeyDigest(key, this.firstPepper),
            pepper: this.firstPepperName,
            ...apiKeyHint(key),
          },
          (id) => this.sealed(kind, id, key),
        );
    if (!stored) throw new PetyaError('key_taken');
    return { ...toApiKeyDto(stored, this.firstPepperName), key };
  }

  /** Whether a secret key of the account that stands has made this hash of a person's id. */
  async isUserHash(accountId: string, userId: string, hash: string): Promise<boolean> {
    const sealed = await this.keys.listSealed(accountId, MAX_SECRET_KEYS);
    const keys = sealed.flatMap((each) => {
      const key = this.box.open(each.sealed, sealedKeyPlace(each.id));
      if (key === null) return [];
      this.renewWhereOld(each, key);
      return [key];
    });
    return isUserHash(hash, userId, keys);
  }

  /** @throws PetyaError `not_found` for an unknown account */
  async list(accountId: string, query: PageQueryDto): Promise<ApiKeyListDto> {
    await this.accounts.get(accountId);
    const request = idPageRequest(query);
    const page = idPage(await this.keys.list(accountId, request), request.limit);
    return {
      items: page.items.map((key) => toApiKeyDto(key, this.firstPepperName)),
      nextCursor: page.nextCursor,
    };
  }

  /** @throws PetyaError `not_found` when the account has no such key */
  async revoke(accountId: string, keyId: string): Promise<ApiKeyDto> {
    const key = await this.keys.revoke(accountId, keyId);
    if (!key) throw nothingOf('key');
    return toApiKeyDto(key, this.firstPepperName);
  }

  removeOfAccount(accountId: string): Promise<void> {
    return this.keys.removeOfAccount(accountId);
  }

  /**
   * Puts a key that is used under the first pepper, so that the others can be retired. Nobody waits
   * for it and nothing depends on it: the pepper that found the key is in the list still.
   */
  private renewWhereOld(kept: KeptKey, key: string): void {
    if (kept.pepper === this.firstPepperName) return;
    if (this.renewed.has(kept.id)) return;
    this.renewed.set(kept.id, true);
    const anew = {
      digest: apiKeyDigest(key, this.firstPepper),
      pepper: this.firstPepperName,
      ...this.sealed(kept.kind, kept.id, key),
    };
    this.keys.keepAnew(kept, anew).catch((error: unknown) => {
      this.logger.warn({ keyNotRenewed: describeCause(error) });
    });
  }

  private sealed(kind: KeptKey['kind'], id: string, key: string): { sealed?: string } {
    return kind === 'secret' ? { sealed: this.box.seal(key, sealedKeyPlace(id)) } : {};
  }

  private digests(key: string): string[] {
    return this.peppers.map((pepper) => apiKeyDigest(key, pepper));
  }
}

function noImport(): PetyaError {
  const message = 'must be left out: a secret key is made here and never imported';
  return new PetyaError('invalid_input', { errors: [{ pointer: '/key', message }] });
}
