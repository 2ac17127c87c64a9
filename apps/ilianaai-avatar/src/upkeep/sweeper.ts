import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AvatarConfig } from '../config/avatar-config.js';
import { describeCause, failPoint } from '#platform';
import { DatabaseClock } from '../clock/database-clock.js';
import { isLive } from '../sessions/domain/session-states.js';
import { sessionNames } from '../sessions/domain/session-names.js';
import { CREATING_SECONDS } from '../sessions/domain/session-timing.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import type { Session } from '../sessions/domain/session.js';
import type { Vendor, VendorName } from '../vendors/vendor.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';

/** A timer may fire a moment before its time. */
const TIMER_SLACK_MS = 10;

/** What a vendor runs that has no business to run any more, and our record of it where there is one. */
interface Leftover {
  readonly id: string;
  readonly session: Session | undefined;
}

/**
 * Compares the vendor's list of running sessions with our records: one of ours that has ended for
 * us is stopped again. A session that we have no record of is never touched, because the key may
 * be shared, unless the operator says that it is not. Nothing is stopped before it has been untracked
 * for a while: a read may come from a server that is not the primary any more, and a vendor may list
 * a session before we know its id.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Sweep');
  private timer: NodeJS.Timeout | undefined;
  private lookAgain: NodeJS.Timeout | undefined;
  /** When the first of what was untracked has been so for long enough. */
  private ripeInMs = Infinity;
  private isOver = false;
  private underWay: Promise<void> | null = null;
  /** Sessions at a vendor that no live record is of, and since when (`performance.now()`). */
  private readonly untracked = new Map<VendorName, ReadonlyMap<string, number>>();

  constructor(
    private readonly sessions: SessionStore,
    private readonly vendors: VendorRegistry,
    private readonly config: AvatarConfig,
    private readonly clock: DatabaseClock,
  ) {}

  onApplicationBootstrap(): void {
    const everyMs = this.config.budgets.vendorPollSeconds * 1000;
    this.timer = setInterval(() => void this.sweep(), everyMs);
    // Replicas that die before their first interval is over would never sweep.
    void this.sweep();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    clearTimeout(this.lookAgain);
    this.isOver = true;
  }

  /** One at a time: whoever asks for it meanwhile gets the one that is under way. */
  sweep(): Promise<void> {
    this.underWay ??= this.sweepAll().finally(() => (this.underWay = null));
    return this.underWay;
  }

  private async sweepAll(): Promise<void> {
    clearTimeout(this.lookAgain);
    this.ripeInMs = Infinity;
    for (const vendor of this.vendors.enabled()) {
      try {
        await this.sweepVendor(vendor);
      } catch (error) {
        this.logger.warn({ sweepFailed: vendor.name, cause: describeCause(error) });
      }
    }
    // Not only when the interval is over: what runs costs money.
    if (this.ripeInMs === Infinity || this.isOver) return;
    this.lookAgain = setTimeout(() => void this.sweep(), this.ripeInMs + TIMER_SLACK_MS);
  }

  private async sweepVendor(vendor: Vendor): Promise<void> {
    const running = await vendor.listLive();
    const live = new Set(running.length === 0 ? [] : await this.sessions.listLiveVendorIds());
    const untracked = running.filter((id) => !live.has(id));
    for (const leftover of await this.leftoversAmong(untracked, vendor)) {
      await this.stopLeftover(vendor, leftover);
    }
  }

  /** Those that have ended for us, and those that we never knew if the key is ours alone. */
  private async leftoversAmong(ids: readonly string[], vendor: Vendor): Promise<Leftover[]> {
    // Hardly ever any: what has ended for us is not looked through at each sweep.
    const records = ids.length === 0 ? [] : await this.sessions.listByVendorIds(ids);
    const known = new Map(records.map((session) => [session.vendorSessionId, session]));
    const untracked = ids.filter((id) => {
      const session = known.get(id);
      // One that turned live after the first look is not untracked any more.
      return session ? !isLive(session.state) : this.config.reconcileUnknownSessions;
    });
    const ageOf = this.noteUntracked(untracked, vendor);
    return untracked.flatMap((id) => {
      const session = known.get(id);
      const ageMs = Math.max(ageOf(id), session ? this.msSinceEnd(session) : 0);
      const leftMs = this.patienceMs(session ? null : vendor) - ageMs;
      if (leftMs > 0) this.ripeInMs = Math.min(this.ripeInMs, leftMs);
      return leftMs <= 0 ? [{ id, session }] : [];
    });
  }

  /** @returns for how many milliseconds one of them has been untracked without a break */
  private noteUntracked(ids: readonly string[], { name }: Vendor): (id: string) => number {
    const nowMs = performance.now();
    const before = this.untracked.get(name);
    const sinceMs = new Map(ids.map((id) => [id, before?.get(id) ?? nowMs]));
    this.untracked.set(name, sinceMs);
    return (id) => nowMs - (sinceMs.get(id) ?? nowMs);
  }

  /**
   * A session that has ended never lives again, whoever is asked: its record says for how long it
   * should have been gone. Replicas that keep dying have no memory of their own to go by.
   */
  private msSinceEnd({ endedAt }: Session): number {
    return endedAt ? this.clock.now().getTime() - endedAt.getTime() : 0;
  }

  /** @param opening the vendor, where the session may be one that it is about to tell us of */
  private patienceMs(opening: Vendor | null): number {
    const { sweepPatienceSeconds } = this.config.budgets;
    const openingSeconds = opening?.opensAtOnce ? CREATING_SECONDS : 0;
    return Math.max(sweepPatienceSeconds, openingSeconds) * 1000;
  }

  /** One that cannot be stopped must not keep the others running; the next sweep tries it again. */
  private async stopLeftover(vendor: Vendor, { id, session }: Leftover): Promise<void> {
    const names = session ? sessionNames(session) : { sessionId: id };
    this.logger.warn({ stoppingLeftover: vendor.name, ...names });
    await failPoint('sweep.claimed');
    try {
      await vendor.stop(id);
    } catch (error) {
      this.logger.warn({ leftoverNotStopped: vendor.name, ...names, cause: describeCause(error) });
    }
    await failPoint('sweep.vendorStopped');
  }
}
