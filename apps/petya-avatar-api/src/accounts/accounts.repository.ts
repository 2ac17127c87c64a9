import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, type mongo } from 'mongoose';
import type { IdPageRequest } from '../paging/id-page.js';
import { afterRecordId, newRecordId, recordId } from '../persistence/record-id.js';
import type { Account } from './account.js';
import { type AccountChanges, toAccount } from './account.mapper.js';
import { ACCOUNT, type AccountRecord } from './account.schema.js';

/** Accounts that are being removed are not found by anything but `listRemoving`. */
@Injectable()
export class AccountsRepository {
  /** For what every request asks: nothing is converted on the way. */
  private readonly driver: mongo.Collection<AccountRecord>;

  constructor(@InjectModel(ACCOUNT) private readonly accounts: Model<AccountRecord>) {
    this.driver = accounts.collection as unknown as mongo.Collection<AccountRecord>;
  }

  async find(id: string): Promise<Account | null> {
    const record = await this.driver.findOne({ _id: recordId(id), removingAt: null });
    return record && toAccount(record);
  }

  /** Up to `limit + 1` accounts in the order of their ids. */
  async list({ afterId, limit }: IdPageRequest): Promise<Account[]> {
    const behind = afterId === null ? {} : afterRecordId(afterId);
    const records = await this.accounts
      .find({ ...behind, removingAt: null })
      .sort({ _id: 1 })
      .limit(limit + 1)
      .lean();
    return records.map(toAccount);
  }

  async create(changes: AccountChanges): Promise<Account> {
    const { set } = split(changes);
    const record = { ...set, _id: newRecordId(), createdAt: new Date() };
    await this.accounts.create(record);
    return toAccount(record);
  }

  async update(id: string, changes: AccountChanges): Promise<Account | null> {
    const { set, unset } = split(changes);
    const record = await this.accounts
      .findOneAndUpdate(
        { _id: recordId(id), removingAt: null },
        { $set: set, $unset: unset },
        { returnDocument: 'after' },
      )
      .lean();
    return record && toAccount(record);
  }

  /** From here on the account's keys and ids are unknown. Also true when it was marked before. */
  async markRemoving(id: string): Promise<void> {
    await this.accounts.updateOne(
      { _id: recordId(id), removingAt: null },
      { $set: { removingAt: new Date() } },
    );
  }

  /** Ids of accounts whose removal has begun and not ended. */
  async listRemoving(): Promise<string[]> {
    const records = await this.accounts
      .find({ removingAt: { $exists: true, $type: 'date' } }, { _id: 1 })
      .lean();
    return records.map((record) => String(record._id));
  }

  /** Accounts that do not keep everything for ever, with how long they keep it. */
  async listWithRetention(): Promise<{ id: string; retentionDays: number }[]> {
    const found = await this.driver
      .find({ retentionDays: { $gt: 0 } }, { projection: { retentionDays: 1 } })
      .toArray();
    return found.map(({ _id, retentionDays = 0 }) => ({ id: String(_id), retentionDays }));
  }

  async remove(id: string): Promise<void> {
    await this.accounts.deleteOne({ _id: recordId(id) });
  }
}

function split(changes: AccountChanges): {
  set: Partial<AccountRecord>;
  unset: Record<string, 1>;
} {
  const entries = Object.entries(changes);
  return {
    set: Object.fromEntries(entries.filter(([, value]) => value !== null)),
    unset: Object.fromEntries(
      entries.filter(([, value]) => value === null).map(([member]) => [member, 1 as const]),
    ),
  };
}
