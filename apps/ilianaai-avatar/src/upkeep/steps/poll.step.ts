import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import type { LookUp } from '../../accounts/account-cache.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { AvatarConfig } from '../../config/avatar-config.js';
import { DatabaseClock } from '../../clock/database-clock.js';
import { areSameCaps, capsOf } from '../../sessions/domain/caps.js';
import { end } from '../../sessions/domain/session-moves.js';
import { later } from '../../sessions/domain/session-timing.js';
import { SessionStore } from '../../sessions/store/session-store.service.js';
import type { Session, SessionPatch } from '../../sessions/domain/session.js';
import type { VendorRecord } from '../../vendors/vendor.js';
import { LOOK_MS, pollPauseSeconds } from './poll-pace.js';
import { type Reading, RecordReader } from './record-reader.js';
import type { UpkeepStep } from './step.js';

/** What one look at a running session brought. */
interface Findings {
  readonly record: VendorRecord;
  /** Null where what was said could not be read: a later look, or the end, reads it. */
  readonly reading: Reading | null;
  /** Of its account; null while Petya is away. */
  readonly lookUp: LookUp<Account> | null;
}

/** Looks at a running session: does the vendor still run it, what was said, may it go on. */
@Injectable()
export class PollStep implements UpkeepStep {
  constructor(
    private readonly sessions: SessionStore,
    private readonly reader: RecordReader,
    private readonly accounts: AccountsService,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {}

  async run(held: Session): Promise<Session | null> {
    const findings = await this.look(held);
    const now = this.clock.now();
    const { vendorPollSeconds, leaseSeconds } = this.config.budgets;
    // The lease counts from when it was asked for: a database that is slow to give it counts, too.
    const tookMs = now.getTime() - later(held.lease.until, -leaseSeconds).getTime();
    const nextPollAt = later(now, pollPauseSeconds(vendorPollSeconds, tookMs));
    return this.sessions.writeAndRelease(held, (session) => {
      if (session.state !== 'active') return null;
      if (findings === null) return { nextPollAt };
      return { nextPollAt, ...this.conclude(session, findings, now) };
    });
  }

  private conclude(session: Session, findings: Findings, now: Date): SessionPatch {
    const { record, reading, lookUp } = findings;
    if (record.state === 'ended') return end(record.endReason, now, record.endedAt)(session);
    // The vendor does not know a session it has started: it has lost it.
    if (record.state === 'unknown') return end('vendor_ended', now)(session);
    const read = reading && {
      transcript: { ...session.transcript, cursor: reading.cursor, failures: 0 },
    };
    // Petya away is no reason to end anything.
    if (lookUp === null || session.stop) return { ...read };
    if ('found' in lookUp) return { ...read, ...recapped(session, lookUp.found, now) };
    return { ...read, stop: { reason: 'account_suspended', by: 'gateway', at: now, attempts: 0 } };
  }

  /** Null when the vendor could not be asked: the next poll tries again. */
  private async look(held: Session): Promise<Findings | null> {
    const since = performance.now();
    const record = await this.reader.inspect(held, LOOK_MS).catch(() => null);
    if (record === null) return null;
    const reading = await this.read(held, LOOK_MS - (performance.now() - since));
    const lookUp = await this.accounts.lookUp(held.accountId).catch(() => null);
    return { record, reading, lookUp };
  }

  private async read(held: Session, withinMs: number): Promise<Reading | null> {
    try {
      return await this.reader.read(held, held.transcript.cursor, withinMs);
    } catch {
      return null;
    }
  }
}

/** What an account may use may be changed while its sessions run: then it is counted at once. */
function recapped({ config }: Session, { limits }: Account, now: Date): SessionPatch {
  const caps = capsOf(limits);
  if (areSameCaps(caps, config.caps ?? null)) return {};
  // What was left when it began is no longer what ends it.
  const { caps: _before, endsWithMinutes: _ends, ...others } = config;
  return {
    config: caps ? { ...others, caps } : others,
    nextCountAt: caps && now,
    ...(caps ? {} : { minutesEndAt: null }),
  };
}
