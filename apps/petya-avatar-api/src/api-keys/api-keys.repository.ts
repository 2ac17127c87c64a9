import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isDuplicateKey } from '#platform';
import { Model, type mongo, Types } from 'mongoose';
import type { IdPageRequest } from '../paging/id-page.js';
import { newRecordId, ownId } from '../persistence/record-id.js';
import type { ApiKeyKind } from '#contracts';
import type { ApiKey } from './api-key.js';
import { toApiKey } from './api-key.mapper.js';
import { API_KEY, type ApiKeyRecord } from './api-key.schema.js';

/** Whose a key is, and what it is good for. */
export interface KeyOwner {
  readonly accountId: string;
  readonly kind: ApiKeyKind;
}

/** How a key is kept, enough to keep it otherwise. */
export interface KeptKey {
  readonly id: string;
  readonly kind: ApiKeyKind;
  readonly digest: string;
  /** `pepperName`; null: not noted. */
  readonly pepper: string | null;
}

/** A secret key as `keyBox` left it. */
export interface SealedKey extends KeptKey {
  readonly sealed: string;
}

const KEPT = { kind: 1, digest: 1, pepper: 1 } as const;

@Injectable()
export class ApiKeysRepository {
  /** For what every request asks: nothing is converted on the way. */
  private readonly driver: mongo.Collection<ApiKeyRecord>;

  constructor(@InjectModel(API_KEY) private readonly keys: Model<ApiKeyRecord>) {
    this.driver = keys.collection as unknown as mongo.Collection<ApiKeyRecord>;
  }

  /**
   * Whose a key is that is not revoked. The one query without an account: it finds one.
   * @param digests of one key, under every pepper that is valid
   */
  async findOwner(digests: readonly string[]): Promise<(KeyOwner & KeptKey) | null> {
    const filter = { digest: { $in: [...digests] }, revokedAt: null };
    const record = await this.driver.findOne(filter, { projection: { accountId: 1, ...KEPT } });
    return record && { accountId: record.accountId, ...keptKey(record) };
  }

  async hasAnyOf(digests: readonly string[]): Promise<boolean> {
    const filter = { digest: { $in: [...digests] } };
    return (await this.driver.findOne(filter, { projection: { _id: 1 } })) !== null;
  }

  /** The newest secret keys of an account that are not revoked, sealed. */
  async listSealed(accountId: string, limit: number): Promise<SealedKey[]> {
    const filter = { accountId, kind: 'secret' as const, revokedAt: null };
    const found = this.driver.find(filter, { projection: { sealed: 1, ...KEPT } });
    const records = await found.sort({ _id: -1 }).limit(limit).toArray();
    return records.flatMap((record) =>
      record.sealed === undefined ? [] : [{ ...keptKey(record), sealed: record.sealed }],
    );
  }

  /**
   * Keeps a key under another pepper. Nothing happens when somebody else has done so meanwhile, or
   * when another record has the digest.
   */
  async keepAnew(
    { id, digest }: KeptKey,
    anew: Pick<ApiKeyRecord, 'digest' | 'pepper' | 'sealed'>,
  ): Promise<void> {
    try {
      await this.driver.updateOne({ digest, _id: new Types.ObjectId(id) }, { $set: anew });
    } catch (error) {
      if (!isDuplicateKey(error, 'digest')) throw error;
    }
  }

  /** Null when the digest is there already, whoever has it. */
  async create(
    key: Pick<ApiKeyRecord, 'accountId' | 'kind' | 'digest' | 'prefix' | 'lastFour' | 'pepper'>,
    seal: (id: string) => Pick<ApiKeyRecord, 'sealed'>,
  ): Promise<ApiKey | null> {
    const _id = newRecordId();
    const record = { ...key, ...seal(String(_id)), _id, createdAt: new Date() };
    try {
      await this.keys.create(record);
      return toApiKey(record);
    } catch (error) {
      if (isDuplicateKey(error, 'digest')) return null;
      throw error;
    }
  }

  /** Up to `limit + 1` keys of an account in the order of their ids. */
  async list(accountId: string, { afterId, limit }: IdPageRequest): Promise<ApiKey[]> {
    const after = afterId === null ? null : ownId(afterId);
    const behind = after ? { _id: { $gt: after } } : {};
    const records = await this.keys
      .find({ ...behind, accountId })
      .sort({ _id: 1 })
      .limit(limit + 1)
      .lean();
    return records.map(toApiKey);
  }

  /** Revokes a key; the first time stays. Null when the account has no such key. */
  async revoke(accountId: string, keyId: string): Promise<ApiKey | null> {
    const _id = ownId(keyId);
    if (!_id) return null;
    const own = { _id, accountId };
    await this.keys.updateOne({ ...own, revokedAt: null }, { $set: { revokedAt: new Date() } });
    const record = await this.keys.findOne(own).lean();
    return record && toApiKey(record);
  }

  async removeOfAccount(accountId: string): Promise<void> {
    await this.keys.deleteMany({ accountId });
  }
}

function keptKey(record: Pick<ApiKeyRecord, '_id' | keyof typeof KEPT>): KeptKey {
  const { _id, kind = 'customer', digest, pepper = null } = record;
  return { id: String(_id), kind, digest, pepper };
}
