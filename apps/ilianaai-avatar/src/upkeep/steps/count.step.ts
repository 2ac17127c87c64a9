import { Injectable } from '@nestjs/common';
import { isUsedUp, minutesEndAt, nextCountIn } from '../../budgets/minutes.js';
import { MinutesService } from '../../budgets/minutes.service.js';
import { DatabaseClock } from '../../clock/database-clock.js';
import { later } from '../../sessions/domain/session-timing.js';
import { SessionStore } from '../../sessions/store/session-store.service.js';
import type { Session, SessionPatch } from '../../sessions/domain/session.js';
import type { UpkeepStep } from './step.js';
import { StopStep } from './stop.step.js';

/** Looks whether the minutes of a running session's account are used up, and ends it then. */
@Injectable()
export class CountStep implements UpkeepStep {
  constructor(
    private readonly sessions: SessionStore,
    private readonly minutes: MinutesService,
    private readonly stop: StopStep,
    private readonly clock: DatabaseClock,
  ) {}

  async run(held: Session): Promise<Session | null> {
    const patch = await this.judge(held);
    if (patch.stop === undefined) {
      return this.sessions.writeAndRelease(held, ({ state }) =>
        state === 'active' ? patch : null,
      );
    }
    const after = await this.sessions.writeHeld(held, ({ state, stop }) =>
      state === 'active' && stop === null ? patch : null,
    );
    return this.stop.run(after ?? held);
  }

  private async judge({ config, startedAt, ...session }: Session): Promise<SessionPatch> {
    const { caps } = config;
    if (!caps || startedAt === null) return { nextCountAt: null, minutesEndAt: null };
    const { left, running } = await this.minutes.lookFor(session, startedAt, caps);
    const now = this.clock.now();
    if (isUsedUp(left, running))
      return { stop: { reason: 'minutes_used_up', by: 'gateway', at: now, attempts: 0 } };
    return {
      nextCountAt: later(now, nextCountIn(left, running, caps.slots)),
      minutesEndAt: minutesEndAt(left, running, now),
    };
  }
}
