import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { DEADLINES, DocumentDecoder, IS_TIME, isDuplicateKey } from '#platform';
import { Model, type mongo } from 'mongoose';
import {
  anyOf,
  behind,
  CLOSING_STATES,
  countedMembers,
  isDue,
  oneOf,
  takesPlace,
  type TurnCount,
  turnedAwayAmong,
} from './session-filters.js';
import { SessionLookUps } from './session-look-ups.js';
import { NOBODY } from '../domain/session-moves.js';
import { DUE_BY } from '../domain/session-timing.js';
import { LIVE_STATES, SESSION_STATES, type SessionState } from '../domain/session-states.js';
import { toDocument, toSession } from './session.mapper.js';
import { SESSION_MODEL, type SessionDocument } from './session.schema.js';
import type { VendorName } from '../../vendors/vendor.js';
import type { DueMember, LeaseKind, Session, SessionKey, SessionPatch } from '../domain/session.js';

/** Members to set, with the due times that follow from them. */
export type SessionMembers = SessionPatch & Pick<Session, DueMember>;

/** A record as it was read, and what is to be set in it. */
export interface RecordChange {
  readonly read: Session;
  readonly members: SessionMembers;
}

/** What is looked for: due sessions of a lane that nobody holds, the earliest first. */
export interface DueQuery {
  readonly lane: LeaseKind;
  readonly now: Date;
  readonly limit: number;
  /** Accounts that have their share of this replica already. */
  readonly notAccounts: readonly string[];
}

/** Which sessions of an account an erasure is about. */
export interface ErasureQuery {
  readonly accountId: string;
  readonly visitorId?: string | { readonly $in: string[] };
  readonly conversationId?: { readonly $in: readonly string[] };
  readonly vendorSessionId?: { readonly $in: readonly string[] };
  readonly createdAt?: { readonly $lte: Date };
}

/** Whom a lane takes a session away from. */
const GOES_BEFORE: Readonly<Record<LeaseKind, readonly LeaseKind[]>> = {
  end: ['life', 'outbox'],
  life: ['outbox'],
  outbox: [],
};

/** Part of a list of sessions by their age. */
export interface ListPage {
  readonly limit: number;
  readonly after: { readonly createdAt: Date; readonly id: string } | null;
  /** Of one account only. */
  readonly accountId?: string | undefined;
}

/** By what several sessions may be known together. */
export type SharedName = 'conversationId' | 'traceId';

/** Who holds a session, in which lane and until when. */
export type Hold = Omit<Session['lease'], 'epoch'>;

/** Records changed in one write, and how far apart such pieces are due. */
const PIECE = 500;
const PIECE_EVERY_MS = 30_000;

/** Of a record whose turns are gone. Records from before keep their visitor; see `forget`. */
const NAMES_SOMEBODY = {
  $or: [{ origin: { $ne: null } }, { opener: { $ne: null } }, { idempotencyKey: { $ne: null } }],
};

/** As `forget` leaves such a record. */
const FORGOTTEN = {
  ...NOBODY,
  vendorToken: null,
  media: null,
  'config.intro': '',
  'delivery.hash': null,
  'delivery.lastError': null,
  'transcript.cursor': null,
  'transcript.lastDigest': null,
};

/** What Petya says of one delivery though it is well. */
const SAID_OF_ONE = ['status 401', 'status 403', 'status 404'];

/** Deliveries that wait for a later attempt, and whose wait may be cut short. */
export interface WaitQuery {
  /** Those that are due later than this. */
  readonly beyond: Date;
  /** Not those whose wait was cut short since. */
  readonly notFreedSince: Date;
}

function waiting({ beyond, notFreedSince }: WaitQuery) {
  return {
    outboxDueAt: { $gt: beyond },
    'delivery.lastError': { $nin: SAID_OF_ONE },
    'delivery.freedAt': { $not: { $gt: notFreedSince } },
  };
}

function dueAnew(now: Date, more: { 'delivery.freedAt'?: Date } = {}) {
  return {
    $set: { outboxDueAt: now, 'delivery.nextAttemptAt': now, 'delivery.attempts': 0, ...more },
    $inc: { rev: 1 },
  };
}

/** What a session that was started has cost. */
interface Cost extends Pick<Session, 'id' | 'vendorSessionId' | 'endedAt' | 'billed'> {
  readonly startedAt: Date;
}

/** What a session that was started has cost, and whose it is. */
export type StartedCost = Cost & Pick<Session, 'visitorId' | 'proved' | 'opener' | 'enteredAt'>;

/** What of a session says how it stands beside the vendor's bills. */
export type StartedRecord = Cost & Pick<Session, 'accountId' | 'state'>;

const COST_MEMBERS = { vendorSessionId: 1, startedAt: 1, endedAt: 1, billed: 1 } as const;
const WHOSE_MEMBERS = { visitorId: 1, proved: 1, opener: 1, 'enteredAt.starting': 1 } as const;

/** More slots than any account has. */
const ALL_SLOTS = { $gte: 0, $lt: 1_000_000 };

/** Why a record could not be inserted: which of its unique members is taken. */
export type InsertRefusal = 'slot' | 'idempotency';

/** The sessions collection: single-document conditional writes and plain objects out. */
@Injectable()
export class SessionRepository {
  /** The driver's collection: its filters are typed, and nothing is converted on the way. */
  private readonly sessions: mongo.Collection<SessionDocument>;
  /** Every call begins with one; calls that come at the same time share a read. */
  private readonly lookUps: SessionLookUps;
  private readonly decoder = new DocumentDecoder(toSession);

  constructor(@InjectModel(SESSION_MODEL) model: Model<SessionDocument>) {
    this.sessions = model.collection as unknown as mongo.Collection<SessionDocument>;
    this.lookUps = new SessionLookUps((filter) => this.listAsBefore(filter));
  }

  /** @returns null when it stands, or which unique member was taken */
  async insert(session: Session): Promise<InsertRefusal | null> {
    const document = toDocument(session);
    try {
      await this.sessions.insertOne(document);
      return null;
    } catch (error) {
      return refusalOf(error);
    }
  }

  /**
   * One after the other, in one command, up to the first that is refused.
   * @returns for each null when it stands, which unique member was taken, or that it was not tried
   */
  async insertInOrder(sessions: readonly Session[]): Promise<(InsertRefusal | 'untried' | null)[]> {
    const [first] = sessions;
    if (first && sessions.length === 1) return [await this.insert(first)];
    try {
      await this.sessions.insertMany(sessions.map(toDocument), { ordered: true });
      return sessions.map(() => null);
    } catch (error) {
      const refusal = refusalOf(error);
      const { insertedCount: at } = error as mongo.MongoBulkWriteError;
      return sessions.map((_, index) => (index < at ? null : index === at ? refusal : 'untried'));
    }
  }

  /** As it stands at some instant after the call. */
  find(key: SessionKey): Promise<Session | null> {
    return this.lookUps.find(key);
  }

  /** For the operator, who knows of no accounts. */
  async findById(id: string): Promise<Session | null> {
    return this.findOne({ _id: id });
  }

  /** As it stands at some instant after the call. */
  findByVendorId(vendorSessionId: string, accountId: string): Promise<Session | null> {
    return this.lookUps.findByVendorId({ vendorSessionId, accountId });
  }

  /** What an earlier look-up told; null where there was none. */
  ownKeyOf(vendorSessionId: string, accountId: string): SessionKey | null {
    return this.lookUps.ownKeyOf({ vendorSessionId, accountId });
  }

  async findByIdempotencyKey(accountId: string, idempotencyKey: string): Promise<Session | null> {
    return this.findOne({ accountId, idempotencyKey });
  }

  /**
   * The sessions of an account that take a slot: at most its limit, hence a short list. Exactly the
   * live ones have a slot; asking for their states too would keep SecantusDB from the index.
   */
  async listLive(accountId: string): Promise<Session[]> {
    return this.list({ accountId, slot: ALL_SLOTS });
  }

  /**
   * Sessions in one of some states, oldest first, for the operator. The time alone says where in the
   * index a page begins; of the two ways to be behind a place an index would make two reads.
   */
  async listByState(
    states: readonly SessionState[],
    { limit, after, accountId }: ListPage,
  ): Promise<Session[]> {
    const from = after ? { createdAt: { $gte: after.createdAt }, ...behind(after) } : {};
    const whose = accountId === undefined ? {} : { accountId };
    const cursor = this.sessions
      .find({ ...whose, state: { $in: states }, ...from })
      .sort({ createdAt: 1, _id: 1 })
      .limit(limit);
    return (await cursor.toArray()).map(toSession);
  }

  /** The newest sessions of all accounts that share a conversation or a trace, the newest first. */
  async listNewestOf(name: SharedName, id: string, limit: number): Promise<Session[]> {
    const cursor = this.sessions
      .find({ [name]: id })
      .sort({ createdAt: -1, _id: -1 })
      .limit(limit);
    return (await cursor.toArray()).map(toSession);
  }

  /** Sessions of an account that were started in some time, the earliest first. */
  async *readStarted(accountId: string, from: Date, to: Date): AsyncGenerator<StartedCost> {
    const found = this.sessions.find(
      { accountId, startedAt: { $gte: from, $lt: to } },
      { projection: { ...COST_MEMBERS, ...WHOSE_MEMBERS }, sort: { startedAt: 1, _id: 1 } },
    );
    for await (const { _id, startedAt, ...cost } of found) {
      if (startedAt) yield { id: _id, startedAt, ...cost };
    }
  }

  /** As `readStarted`, of all accounts at a vendor. */
  async *readStartedAt(vendor: VendorName, from: Date, to: Date): AsyncGenerator<StartedRecord> {
    const found = this.sessions.find(
      { startedAt: { $gte: from, $lt: to }, vendor },
      {
        projection: { ...COST_MEMBERS, accountId: 1, state: 1 },
        sort: { startedAt: 1, _id: 1 },
        batchSize: PIECE,
      },
    );
    for await (const { _id, startedAt, ...record } of found) {
      if (startedAt) yield { id: _id, startedAt, ...record };
    }
  }

  /** The sessions that take a slot, of an account, or of all where it is null. */
  async listLiveKeys(accountId: string | null): Promise<SessionKey[]> {
    const live =
      accountId === null ? { state: { $in: LIVE_STATES } } : { accountId, slot: ALL_SLOTS };
    const found = this.sessions.find(live, { projection: { accountId: 1 } });
    return (await found.toArray()).map(({ _id, accountId }) => ({ id: _id, accountId }));
  }

  /** Some sessions, as they stand now. */
  async listByKeys(keys: readonly SessionKey[]): Promise<Session[]> {
    return this.list(anyOf(keys));
  }

  /** The vendor's ids of all sessions that take a slot. */
  async listLiveVendorIds(): Promise<string[]> {
    const live = this.sessions.find(
      { state: { $in: LIVE_STATES } },
      { projection: { _id: 0, vendorSessionId: 1 } },
    );
    return (await live.toArray()).flatMap(({ vendorSessionId }) => vendorSessionId ?? []);
  }

  /** By account, the sessions that take a place at its vendor and stood before this one. */
  async countLiveBefore({ id, vendor, createdAt }: Session): Promise<Map<string, number>> {
    const cursor = this.sessions.find(
      { state: { $in: LIVE_STATES }, createdAt: { $lte: createdAt }, vendor },
      { projection: { accountId: 1, createdAt: 1, state: 1 } },
    );
    const counts = new Map<string, number>();
    for (const { _id, accountId, ...each } of await cursor.toArray()) {
      const isBefore = each.createdAt.getTime() < createdAt.getTime() || _id < id;
      if (isBefore && takesPlace(each, createdAt))
        counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
    }
    return counts;
  }

  /** The accounts whose last session at a vendor, asked for since then, was turned away. */
  async listTurnedAway(vendor: VendorName, since: Date): Promise<Set<string>> {
    const cursor = this.sessions.find(
      { state: { $in: SESSION_STATES }, createdAt: { $gte: since }, vendor },
      { projection: { accountId: 1, createdAt: 1, turnedAway: 1 } },
    );
    return turnedAwayAmong(await cursor.toArray());
  }

  /** Of some vendor sessions, those that we have a record of. */
  async listByVendorIds(vendorSessionIds: readonly string[]): Promise<Session[]> {
    return this.list({ vendorSessionId: oneOf(vendorSessionIds) });
  }

  /**
   * Sessions that are due and free: a plain read, so that idle polls write nothing. What is free
   * comes before what a lesser lane holds: one question each, since `$or` would scan.
   */
  async listDue(query: DueQuery): Promise<Session[]> {
    const { now, lane, limit } = query;
    const free = await this.listDueWith(query, { 'lease.until': { $lte: now } });
    const lesser = GOES_BEFORE[lane];
    if (free.length === limit || lesser.length === 0) return free;
    const isLesser = { 'lease.lane': { $in: lesser }, 'lease.until': { $gt: now } };
    return [...free, ...(await this.listDueWith(query, isLesser))].slice(0, limit);
  }

  /**
   * Takes a session that was just read, under the next epoch: one conditional update.
   * @returns null when somebody else has changed it meanwhile
   */
  async claim(read: Session, hold: Hold): Promise<Session | null> {
    return this.write(read, { lease: { ...hold, epoch: read.lease.epoch + 1 } });
  }

  /**
   * Undelivered sessions that wait for a later attempt are due now: Petya is back. What failed before
   * counts no more, except since when: a conversation that nobody knows is given up by that.
   */
  async makeDeliveriesDue(now: Date): Promise<void> {
    await this.sessions.updateMany({ outboxDueAt: { $gt: now } }, dueAnew(now));
  }

  /** As `makeDeliveriesDue`, for some that wait; it is noted that their wait was cut short. */
  async makeWaitsDue(now: Date, waits: WaitQuery): Promise<void> {
    await this.sessions.updateMany(waiting(waits), dueAnew(now, { 'delivery.freedAt': now }));
  }

  /** The one of them that would wait longest. */
  async findLongestWait(waits: WaitQuery): Promise<SessionKey | null> {
    const projection = { _id: 1, accountId: 1 } as const;
    const [found] = await this.sessions
      .find(waiting(waits), { projection, sort: { outboxDueAt: -1 }, limit: 1 })
      .toArray();
    return found ? { id: found._id, accountId: found.accountId } : null;
  }

  /** As `makeDeliveriesDue`, for one that still waits. */
  async makeWaitDue({ id, accountId }: SessionKey, now: Date, waits: WaitQuery): Promise<void> {
    await this.sessions.updateOne({ _id: id, accountId, ...waiting(waits) }, dueAnew(now));
  }

  /**
   * Sets members if the record is still the one that was read and, under a lease, at its epoch.
   * @returns the record afterwards, or null when it was changed meanwhile
   */
  async setIf(
    read: Session,
    members: SessionMembers,
    epoch: number | undefined,
  ): Promise<Session | null> {
    return this.write(read, members, epoch === undefined ? {} : { 'lease.epoch': epoch });
  }

  /**
   * As `setIf` for many, each of which is written if it is still as it was read.
   * @returns how many were written
   */
  async setEachIf(changes: readonly RecordChange[]): Promise<number> {
    const written = await this.sessions.bulkWrite(
      changes.map(({ read: { id, accountId, rev }, members }) => ({
        updateOne: {
          filter: { _id: id, accountId, rev },
          update: { $set: members, $inc: { rev: 1 } },
        },
      })),
      { ordered: false },
    );
    return written.matchedCount;
  }

  /**
   * Some sessions that an erasure is about and that are not erased yet, in the order of their ids.
   */
  async listToErase(
    { accountId, ...members }: ErasureQuery,
    afterId: string | null,
    limit: number,
  ): Promise<Session[]> {
    const behindLast = afterId === null ? {} : { _id: { $gt: afterId } };
    const filter = { accountId, ...members, ...behindLast, state: { $ne: 'erased' } } as const;
    const found = this.sessions.find(filter).sort({ _id: 1 }).limit(limit);
    return (await found.toArray()).map(toSession);
  }

  /**
   * Gives records of earlier releases, which kept everything, a time to be purged: those that were
   * delivered and those that were never started. Piece by piece, so that they are nothing that
   * whatever is due meanwhile would wait for. Those whose turns went and whose visitor did not name
   * nobody from now on; they stay purged, because what is left of them is no transcript.
   */
  async datePurges(seconds: number, now: Date): Promise<void> {
    const undated = { purgedAt: null, dueAt: null } as const;
    const from = [
      ['delivered', '$delivery.deliveredAt'],
      ['failed', '$createdAt'],
    ] as const;
    let pieces = 0;
    for (const [state, since] of from) {
      await this.updateEach({ state, ...undated }, () => {
        const earliest = new Date(now.getTime() + pieces * PIECE_EVERY_MS);
        pieces += 1;
        const dueAt = { $max: [{ $add: [since, seconds * 1000] }, earliest] };
        return [{ $set: { purgedAt: null, dueAt } }];
      });
    }
    const purged = { state: 'delivered', purgedAt: IS_TIME, ...NAMES_SOMEBODY } as const;
    await this.updateEach(purged, () => [{ $set: { ...FORGOTTEN, rev: { $add: ['$rev', 1] } } }]);
  }

  /** In pieces: one write about everything would take as long as there are records. */
  private async updateEach(
    filter: mongo.Filter<SessionDocument>,
    update: () => mongo.Document[],
  ): Promise<void> {
    // Where there are few among many, the server looks for long.
    const found = this.sessions.find(filter, {
      projection: { _id: 1 },
      batchSize: PIECE,
      maxTimeMS: DEADLINES.manyMs,
    });
    let ids: string[] = [];
    const write = async () => {
      if (ids.length > 0)
        await this.sessions.updateMany({ ...filter, _id: { $in: ids } }, update());
      ids = [];
    };
    for await (const { _id } of found) {
      if (ids.push(_id) === PIECE) await write();
    }
    await write();
  }

  /**
   * Counts turns that were stored. A session whose transcript was closed already is due again, so
   * that a turn which was acknowledged is delivered even if it came in the last instant.
   */
  async countTurns(counts: readonly TurnCount[], now: Date): Promise<void> {
    await this.sessions.bulkWrite(
      counts.map((count) => ({
        updateOne: {
          filter: anyOf([count.session]),
          update: [{ $set: countedMembers(count, now) }],
        },
      })),
      { ordered: false },
    );
  }

  /** A new revision of the record that says what the last one said. */
  async touch({ id, accountId }: SessionKey): Promise<void> {
    await this.sessions.updateOne({ _id: id, accountId }, { $inc: { rev: 1 } });
  }

  private async listDueWith(
    { lane, now, limit, notAccounts }: DueQuery,
    lease: mongo.Filter<SessionDocument>,
  ): Promise<Session[]> {
    const dueBy = DUE_BY[lane];
    const cursor = this.sessions
      .find({
        [dueBy]: isDue(now),
        ...lease,
        ...(notAccounts.length === 0 ? {} : { accountId: { $nin: [...notAccounts] } }),
      })
      .sort({ [dueBy]: 1 })
      .limit(limit);
    return (await cursor.toArray()).map(toSession);
  }

  /** The record after the write is known without reading it: its revision says what it was. */
  private async write(
    read: Session,
    members: SessionPatch,
    condition: mongo.Filter<SessionDocument> = {},
  ): Promise<Session | null> {
    const { id, accountId, rev } = read;
    const result = await this.sessions.updateOne(
      { _id: id, accountId, rev, ...condition },
      { $set: members, $inc: { rev: 1 } },
    );
    return result.matchedCount === 1 ? { ...read, ...members, rev: rev + 1 } : null;
  }

  /**
   * Whether the transcript of one of some sessions is closed, or may be put together at this moment.
   * Asked of the primary as it is at this instant: a turn that was stored before is in whatever is
   * put together later.
   */
  async isAnyClosing(sessions: readonly SessionKey[]): Promise<boolean> {
    const closed = await this.sessions.findOne(
      { ...anyOf(sessions), state: { $in: CLOSING_STATES } },
      { projection: { _id: 1 }, readConcern: { level: 'local' } },
    );
    return closed !== null;
  }

  private async findOne(filter: mongo.Filter<SessionDocument>): Promise<Session | null> {
    const found = await this.sessions.findOne(filter);
    return found && toSession(found);
  }

  /** As `list`, for records of which most have been read before as they are. */
  private async listAsBefore(filter: mongo.Filter<SessionDocument>): Promise<Session[]> {
    const found = await this.sessions.find<Uint8Array>(filter, { raw: true }).toArray();
    return found.map((bytes) => this.decoder.decode(bytes));
  }

  private async list(filter: mongo.Filter<SessionDocument>): Promise<Session[]> {
    return (await this.sessions.find(filter).toArray()).map(toSession);
  }
}

/** @throws the error where it is no refusal */
function refusalOf(error: unknown): InsertRefusal {
  if (isDuplicateKey(error, 'slot', 'slot')) return 'slot';
  if (isDuplicateKey(error, 'idempotencyKey', 'idempotency')) return 'idempotency';
  throw error;
}
