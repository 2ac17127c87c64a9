import { Injectable } from '@nestjs/common';
import type { Period } from '#contracts';
import { DatabaseClock } from '../clock/database-clock.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import { VENDOR_NAMES, type VendorName } from '../vendors/vendor.js';
import type { FleetUse } from './fleet.js';
import { DayCount, type DaySum, daysToRead, daysUntil, usesOf } from './used-days.js';

/**
 * What all sessions have used, added up from their records, day by day: there is no counter to drift. A
 * day that is over is remembered, so that a month is read once and not with every look.
 */
@Injectable()
export class UsedSecondsService {
  private known = new Map<string, DaySum>();

  constructor(
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * Today and this month, in UTC, of every vendor. Of a reading that fails the days stay that it has
   * read. Not to be called while it is under way.
   */
  async read(): Promise<FleetUse[]> {
    await this.clock.ready();
    const now = this.clock.now();
    const days = daysUntil(now);
    const names = new Set(days.map(({ name }) => name));
    this.known = new Map([...this.known].filter(([name]) => names.has(name)));
    for (const day of daysToRead(days, this.known, performance.now())) {
      this.known.set(day.name, await this.addUp(day, now));
    }
    return usesOf(days, this.known);
  }

  private async addUp(day: Period, now: Date): Promise<DaySum> {
    const readAtMs = performance.now();
    const seconds = {} as Record<VendorName, number>;
    let isOver = true;
    for (const vendor of VENDOR_NAMES) {
      const count = new DayCount(now);
      const started = this.sessions.readStartedAt(vendor, day.from, day.to);
      for await (const session of started) count.add(session);
      seconds[vendor] = count.seconds;
      isOver &&= count.isOver(day);
    }
    return { seconds, isOver, readAtMs };
  }
}
