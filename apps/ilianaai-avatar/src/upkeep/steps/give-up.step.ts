import { Injectable } from '@nestjs/common';
import { AvatarConfig } from '../../config/avatar-config.js';
import { DatabaseClock } from '../../clock/database-clock.js';
import { giveUp } from '../../sessions/domain/session-moves.js';
import { noShowAt } from '../../sessions/domain/session-timing.js';
import { SessionStore } from '../../sessions/store/session-store.service.js';
import type { Session } from '../../sessions/domain/session.js';
import type { UpkeepStep } from './step.js';

/** Frees the slot of a session that nobody started, once nothing of it runs at the vendor. */
@Injectable()
export class GiveUpStep implements UpkeepStep {
  constructor(
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {}

  async run(held: Session): Promise<Session | null> {
    const now = this.clock.now();
    return this.sessions.writeAndRelease(held, (session) =>
      // It may have been given to somebody in between, who has its whole time.
      session.state === held.state && noShowAt(session, this.config.budgets) <= now
        ? // A key whose first request died on the way is free for the next try.
          {
            ...giveUp(session, { reason: 'no_show', by: 'gateway' }, now),
            ...(session.vendorSessionId === null ? { idempotencyKey: null } : {}),
          }
        : null,
    );
  }
}
