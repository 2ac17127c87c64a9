import { Injectable } from '@nestjs/common';
import { failPoint, nextAttemptDelaySeconds } from '#platform';
import { AvatarConfig } from '../../config/avatar-config.js';
import { DeliveryService } from '../../delivery/delivery.service.js';
import { DatabaseClock } from '../../clock/database-clock.js';
import { type Billed, isBelievable, ownCount } from '../../sessions/domain/billed.js';
import { keepLease, nextVersion } from '../../sessions/domain/session-moves.js';
import { patiently } from '../../sessions/store/patiently.js';
import { later } from '../../sessions/domain/session-timing.js';
import { SessionStore } from '../../sessions/store/session-store.service.js';
import type { LeaseKind, Session, SessionPatch } from '../../sessions/domain/session.js';
import type { SourceLine } from '../../turns/merge/source-line.js';
import { judgeReading, type ReadingVerdict } from './judge-reading.js';
import { type Reading, RecordReader } from './record-reader.js';
import type { UpkeepStep } from './step.js';

type Close = Extract<ReadingVerdict, { kind: 'close' }> & {
  readonly billed: Billed;
  /** The vendor's whole record as it was just read; nothing where it could not be. */
  readonly record: readonly SourceLine[];
};

/** Longest that the vendor is asked for what a session has cost. */
const BILL_MS = 10_000;

/** Times that a transcript is put together anew because more was said meanwhile. */
const MAX_CLOSE_ROUNDS = 5;

/**
 * After the end: reads the vendor's whole record until it stands still, then closes the
 * transcript. Also run for a session that was closed without the vendor, or that a last turn
 * reached late; what is new then becomes the next version.
 */
@Injectable()
export class ReadRecordStep implements UpkeepStep {
  constructor(
    private readonly sessions: SessionStore,
    private readonly reader: RecordReader,
    private readonly deliveries: DeliveryService,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {}

  async run(claimed: Session): Promise<Session | null> {
    const { held, reading } = await this.read(claimed);
    if (held === null) return null;
    const now = this.clock.now();
    const { verdict, billed } = await this.judge(held, reading, now);
    if (verdict.kind === 'wait') {
      return this.sessions.writeAndRelease(held, (session) => ({
        ...this.waiting(held, reading, verdict, now),
        ...(reading ? this.keptFor(session, 'life', verdict.seconds, now) : {}),
      }));
    }
    return this.close(held, { ...verdict, billed, record: reading?.record ?? [] }, now);
  }

  /** The vendor is asked what the session has cost when nothing else is left to wait for. */
  private async judge(
    held: Session,
    reading: Reading | null,
    now: Date,
  ): Promise<{ verdict: ReadingVerdict; billed: Billed }> {
    const { budgets } = this.config;
    const known = held.billed ?? ownCount(held, now);
    const verdict = judgeReading(held, reading, now, budgets);
    if (verdict.kind === 'wait' || reading === null || known.source === 'vendor') {
      return { verdict, billed: known };
    }
    const record = await this.reader.inspect(held, BILL_MS).catch(() => null);
    if (record === null) return { verdict: judgeReading(held, null, now, budgets), billed: known };
    if (record.state === 'ended' && record.billed && isBelievable(record.billed, held)) {
      return { verdict, billed: { ...record.billed, source: 'vendor' } };
    }
    const isLive = record.state === 'live';
    return { verdict: judgeReading(held, { ...reading, isLive }, now, budgets), billed: known };
  }

  private waiting(
    held: Session,
    reading: Reading | null,
    verdict: Extract<ReadingVerdict, { kind: 'wait' }>,
    now: Date,
  ): SessionPatch {
    const transcript = { ...held.transcript };
    if (reading) {
      const { digest } = reading;
      const nextReadAt = later(now, verdict.seconds);
      return {
        transcript: { ...transcript, lastDigest: digest, lastReadAt: now, failures: 0, nextReadAt },
      };
    }
    return { transcript: { ...transcript, ...this.afterFailure(held, now) } };
  }

  private afterFailure(held: Session, now: Date) {
    const failures = held.transcript.failures + 1;
    const delay = nextAttemptDelaySeconds({
      attempt: failures,
      steps: this.config.budgets.retryStepsSeconds,
      ageSeconds: 0,
      random: Math.random(),
    });
    return { failures, nextReadAt: later(now, delay) };
  }

  /**
   * Writes down what Petya shall be told; a version that says nothing new is not made. What was put
   * together counts only for the revision it was read at: a turn that was acknowledged since has
   * changed the record, and is read then.
   */
  private async close(held: Session, verdict: Close, now: Date): Promise<Session | null> {
    let session: Session | null = held;
    for (let round = 0; round < MAX_CLOSE_ROUNDS; round += 1) {
      const closed = await this.closeAsRead(session, verdict, now);
      if (closed) return closed;
      session = await this.sessions.find(held);
      if (session?.lease.epoch !== held.lease.epoch) return null;
    }
    // Words keep coming. They are gone through again after everybody else had a turn.
    return this.sessions.writeAndRelease(held, ({ transcript }) => ({
      transcript: { ...transcript, nextReadAt: this.clock.now() },
    }));
  }

  private async closeAsRead(session: Session, verdict: Close, now: Date): Promise<Session | null> {
    const retry = verdict.readAgain ? this.afterFailure(session, now) : { nextReadAt: null };
    const transcript = { ...session.transcript, complete: verdict.complete, ...retry };
    await failPoint('finalise.beforeHash');
    const { billed } = verdict;
    const given = { ...session, transcript, billed };
    const { hash, truncated, gone } = await this.deliveries.hashOf(given, verdict.record);
    const closed = await this.sessions.writeAsReadAndRelease(session, () => ({
      ...(session.state === 'stopped' ? { state: 'final' } : {}),
      transcript: { ...transcript, truncated },
      billed,
      ...(session.delivery.hash === hash ? {} : this.toDeliver(session, hash, now)),
    }));
    await failPoint('finalise.written');
    if (closed) await this.drop(closed, gone);
    return closed;
  }

  /**
   * What the vendor took back goes only now: whoever lost the lease meanwhile may have read an older
   * record. Where this is not done it is found and done by the next who puts the transcript together.
   */
  private async drop(closed: Session, gone: readonly string[]): Promise<void> {
    if (gone.length === 0) return;
    const untilMs = performance.now() + (this.config.budgets.leaseSeconds * 1000) / 2;
    await patiently(() => this.deliveries.dropVendorLines(closed, gone), untilMs);
  }

  private toDeliver(session: Session, hash: string, now: Date): SessionPatch {
    const version = nextVersion(session, hash, now);
    // A parked session waits for a person.
    if (session.state === 'parked') return version;
    return { ...version, ...this.keptFor(session, 'outbox', 0, now) };
  }

  /** A pause is sat out under the lease only if it leaves most of the lease to the next step. */
  private keptFor(
    session: Session,
    lane: LeaseKind,
    pauseSeconds: number,
    now: Date,
  ): SessionPatch {
    const { leaseSeconds } = this.config.budgets;
    return pauseSeconds <= leaseSeconds / 4 ? keepLease(session, lane, now, leaseSeconds) : {};
  }

  /**
   * Many pages, each of which waits for its turn at the vendor, take longer than a lease: it is renewed
   * between them. Whoever has lost it reads no further.
   * @returns the record as it was written last, null where the lease was lost
   */
  private async read(claimed: Session): Promise<{ held: Session | null; reading: Reading | null }> {
    let held: Session | null = claimed;
    const goOn = async (): Promise<void> => {
      if (held) held = await this.renewed(held);
      if (!held) throw new Error('the lease was lost');
    };
    try {
      return { reading: await this.reader.read(claimed, null, undefined, goOn), held };
    } catch {
      return { reading: null, held };
    }
  }

  private async renewed(held: Session): Promise<Session | null> {
    const { leaseSeconds } = this.config.budgets;
    const now = this.clock.now();
    if (held.lease.until > later(now, leaseSeconds / 2)) return held;
    const until = later(now, leaseSeconds);
    return this.sessions.writeHeld(held, ({ lease }) => ({ lease: { ...lease, until } }));
  }
}
