import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '../../clock/database-clock.js';
import { end, fail, takeLease } from '../../sessions/domain/session-moves.js';
import { SessionStore } from '../../sessions/store/session-store.service.js';
import { isAtVendor, type Session, type SessionAtVendor } from '../../sessions/domain/session.js';
import { later } from '../../sessions/domain/session-timing.js';
import type { VendorRecord } from '../../vendors/vendor.js';
import { AvatarConfig } from '../../config/avatar-config.js';
import { VendorRegistry } from '../../vendors/vendor-registry.js';
import { costOfOpen, StopStep } from './stop.step.js';
import type { UpkeepStep } from './step.js';

/**
 * A start whose answer was lost, or whose handler died: nobody knows whether the vendor runs the
 * session, so the vendor is asked. One that runs was answered to nobody and is stopped.
 */
@Injectable()
export class ResolveStartStep implements UpkeepStep {
  constructor(
    private readonly sessions: SessionStore,
    private readonly vendors: VendorRegistry,
    private readonly stop: StopStep,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {}

  async run(held: Session): Promise<Session | null> {
    const record = isAtVendor(held) ? await this.ask(held) : ({ state: 'unknown' } as const);
    if (record === null) return this.askLater(held);
    if (record.state === 'live') return this.undo(held);
    const now = this.clock.now();
    const reason = held.stop?.reason ?? 'vendor_fault';
    return this.sessions.writeAndRelease(held, (session) => {
      if (session.state !== 'starting') return null;
      if (record.state === 'unknown') return { ...fail(reason, now), ...costOfOpen(session, now) };
      // It ran and is over: it was billed, so it is counted and reported like every session that ran.
      const startedAt = session.startedAt ?? begunAt(record, now);
      return { ...end(reason, now, record.endedAt)(session), startedAt };
    });
  }

  private async ask(held: SessionAtVendor): Promise<VendorRecord | null> {
    try {
      return await this.vendors.of(held).inspect(held.vendorSessionId);
    } catch {
      return null;
    }
  }

  /** A vendor that cannot be asked now is asked again soon: the session may cost money. */
  private askLater(held: Session): Promise<Session | null> {
    const until = later(this.clock.now(), this.config.budgets.upkeepPollSeconds);
    return this.sessions.writeAndRelease(held, ({ lease }) => ({
      lease: { ...lease, owner: null, until },
    }));
  }

  private async undo(held: Session): Promise<Session | null> {
    const now = this.clock.now();
    const request = this.stop.leaseFor(held.lease.owner);
    const stopping = await this.sessions.writeHeld(held, (session) =>
      session.state === 'starting'
        ? {
            state: 'stopping',
            lease: takeLease(session, now, request),
            // One that costs from its opening on has cost since then.
            startedAt: session.startedAt ?? session.openedAt ?? now,
            stop: session.stop ?? { reason: 'vendor_fault', by: 'gateway', at: now, attempts: 0 },
          }
        : null,
    );
    if (stopping) return this.stop.run(stopping);
    // Whoever took over asked before the vendor had begun, and found nothing to stop.
    if (isAtVendor(held)) void this.vendors.stopOwed(held);
    return null;
  }
}

/** When a session that is over began, by what the vendor says of its end and its bill. */
function begunAt({ endedAt, billed }: EndedRecord, now: Date): Date {
  return later(endedAt ?? now, -(billed?.seconds ?? 0));
}

type EndedRecord = Extract<VendorRecord, { state: 'ended' }>;
