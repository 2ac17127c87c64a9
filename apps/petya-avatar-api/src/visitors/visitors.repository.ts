import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { findOrInsert, isDuplicateKey, newId } from '#platform';
import { Model } from 'mongoose';
import type { Outcome } from '../http/outcome.js';
import { type Handle, handleOf, type RecordId, recordId } from '../persistence/record-id.js';
import { VISITOR, type VisitorRecord } from './visitor.schema.js';

/** What a plugin says of its visitor. */
export type VisitorDetails = Partial<
  Pick<VisitorRecord, 'name' | 'email' | 'pageUrl' | 'userAgent' | 'locale'>
>;

/** A visitor that an account has. */
export interface KnownVisitor {
  readonly id: string;
  /** Its token was used: whoever comes with its id alone is somebody else. */
  readonly isProved: boolean;
  /** An erasure has begun: to everybody else the visitor is gone. */
  readonly isRemoving: boolean;
  /** What its id is worth to whoever names it. */
  readonly handle: Handle;
}

/** Everything that is known of a visitor beside what was written and said. */
export type VisitorProfile = Omit<VisitorRecord, '_id' | 'accountId' | 'removingAt'>;

const FOUND_MEMBERS = { provedAt: 1, removingAt: 1, createdAt: 1, lastSeenAt: 1 } as const;

@Injectable()
export class VisitorsRepository {
  constructor(@InjectModel(VISITOR) private readonly visitors: Model<VisitorRecord>) {}

  async create(accountId: string, details: VisitorDetails): Promise<string> {
    const now = new Date();
    const _id = newId();
    await this.visitors.create({ _id, accountId, ...details, createdAt: now, lastSeenAt: now });
    return _id;
  }

  /** The visitor that a person who is logged in is, made where there is none yet. */
  async ofUser(
    accountId: string,
    userId: string,
    details: VisitorDetails,
  ): Promise<Outcome<string>> {
    const now = new Date();
    const own = { accountId, userId };
    const known = await this.visitors.findOne(own, { _id: 1 }).lean();
    if (known) {
      await this.visitors.updateOne(
        { _id: known._id, accountId },
        { $set: { ...details, lastSeenAt: now } },
      );
      return { created: false, body: String(known._id) };
    }
    const _id = newId();
    const times = { createdAt: now, lastSeenAt: now, provedAt: now };
    const insert = async () => {
      try {
        await this.visitors.create({ _id, ...own, ...details, ...times });
        return { created: true, body: _id };
      } catch (error) {
        if (!isDuplicateKey(error, 'userId', 'user')) throw error;
        return null;
      }
    };
    const findOther = async () => {
      const other = await this.visitors.findOne(own, { _id: 1 }).lean();
      return other && { created: false, body: String(other._id) };
    };
    return (await insert()) ?? findOrInsert(findOther, insert);
  }

  async find(accountId: string, visitorId: string): Promise<KnownVisitor | null> {
    const own = ownFilter(accountId, visitorId);
    const record = await this.visitors.findOne(own, FOUND_MEMBERS).lean();
    if (!record) return null;
    return {
      id: visitorId,
      isProved: isTime(record.provedAt),
      isRemoving: isTime(record.removingAt),
      handle: handleOf(visitorId, record.lastSeenAt ?? record.createdAt ?? null, new Date()),
    };
  }

  /** A record from before may have an id that looks like an ObjectId and is stored as text. */
  async profile(accountId: string, visitorId: string): Promise<VisitorProfile | null> {
    const _id = { $in: [recordId(visitorId), visitorId] };
    return this.visitors.findOne({ _id, accountId, removingAt: null }).lean();
  }

  /** Notes that a visitor's token is in use. The first time stays. */
  async markProved(accountId: string, visitorId: string): Promise<void> {
    const own = { ...ownFilter(accountId, visitorId), provedAt: null };
    await this.visitors.updateOne(own, { $set: { provedAt: new Date() } });
  }

  /** Notes that a visitor was seen. False when the account has no such visitor. */
  async seen(accountId: string, visitorId: string, details: VisitorDetails): Promise<boolean> {
    const result = await this.visitors.updateOne(
      { ...ownFilter(accountId, visitorId), removingAt: null },
      { $set: { ...details, lastSeenAt: new Date() } },
    );
    return result.matchedCount === 1;
  }
}

function ownFilter(accountId: string, visitorId: string): { _id: RecordId; accountId: string } {
  return { _id: recordId(visitorId), accountId };
}

function isTime(value: Date | null | undefined): boolean {
  return value !== null && value !== undefined;
}
