import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isDuplicateKey } from '#platform';
import { Model, type mongo } from 'mongoose';
import type { IdPageRequest } from '../paging/id-page.js';
import { newRecordId, ownId } from '../persistence/record-id.js';
import type { ApiKey } from './api-key.js';
import { toApiKey } from './api-key.mapper.js';
import { API_KEY, type ApiKeyRecord } from './api-key.schema.js';

@Injectable()
export class ApiKeysRepository {
  /** For what every request asks: nothing is converted on the way. */
  private readonly driver: mongo.Collection<ApiKeyRecord>;

  constructor(@InjectModel(API_KEY) private readonly keys: Model<ApiKeyRecord>) {
    this.driver = keys.collection as unknown as mongo.Collection<ApiKeyRecord>;
  }

  /** The account of a key that is not revoked. The one query without an account: it finds one. */
  async findAccountId(digest: string): Promise<string | null> {
    const filter = { digest, revokedAt: null };
    const record = await this.driver.findOne(filter, { projection: { accountId: 1 } });
    return record?.accountId ?? null;
  }

  /** Null when the digest is there already, whoever has it. */
  async create(
    key: Pick<ApiKeyRecord, 'accountId' | 'digest' | 'prefix' | 'lastFour'>,
  ): Promise<ApiKey | null> {
    const record = { ...key, _id: newRecordId(), createdAt: new Date() };
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
