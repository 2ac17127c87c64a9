import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { DatabaseClock } from '../session-record/database-clock.js';
import { end } from '../session-record/session-moves.js';
import { later } from '../session-record/session-timing.js';
import { SessionStore } from '../session-record/session-store.service.js';
import type { Session, SessionPatch } from '../session-record/session.js';
import type { VendorRecord } from '../vendors/vendor.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';
import { RecordReader } from './record-reader.js';
import type { UpkeepStep } from './step.js';

/** What one look at a running session brought. */
interface Findings {
  readonly record: VendorRecord;
  readonly cursor: number | null;
  readonly isSuspended: boolean;
}

/** Looks at a running session: does the vendor still run it, what was said, may it go on. */
@Injectable()
export class PollStep implements UpkeepStep {
  constructor(
    private readonly sessions: SessionStore,
    private readonly vendors: VendorRegistry,
    private readonly reader: RecordReader,
    private readonly accounts: AccountsService,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {}

  async run(held: Session): Promise<Session | null> {
    const findings = await this.look(held);
    const now = this.clock.now();
    const nextPollAt = later(now, this.config.budgets.vendorPollSeconds);
    return this.sessions.settle(held, (session) => {
      if (session.state !== 'active') return null;
      if (findings === null) return { nextPollAt };
      return { nextPollAt, ...this.conclude(session, findings, now) };
    });
  }

  private conclude(session: Session, findings: Findings, now: Date): SessionPatch {
    const { record, cursor, isSuspended } = findings;
    if (record.state === 'ended') return end(record.endReason, now, record.endedAt)(session);
    // The vendor does not know a session it has started: it has lost it.
    if (record.state === 'unknown') return end('vendor_ended', now)(session);
    const transcript = { ...session.transcript, cursor, failures: 0 };
    if (!isSuspended || session.stop) return { transcript };
    return { transcript, stop: { reason: 'account_suspended', at: now, attempts: 0 } };
  }

  /** Null when the vendor could not be asked: the next poll tries again. */
  private async look(held: Session): Promise<Findings | null> {
    try {
      const record = await this.vendors.of(held).inspect(held.vendorSessionId ?? '');
      const { cursor } = await this.reader.read(held, held.transcript.cursor);
      return { record, cursor, isSuspended: await this.isSuspended(held) };
    } catch {
      return null;
    }
  }

  /** Petya away is no reason to end anything. */
  private async isSuspended(held: Session): Promise<boolean> {
    const known = await this.accounts.lookUp(held.accountId).catch(() => null);
    return known !== null && 'refused' in known;
  }
}
