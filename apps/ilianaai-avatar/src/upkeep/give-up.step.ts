import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '../session-record/database-clock.js';
import { giveUp } from '../session-record/session-moves.js';
import { SessionStore } from '../session-record/session-store.service.js';
import type { Session } from '../session-record/session.js';
import type { UpkeepStep } from './step.js';

/** Frees the slot of a session that nobody started, once nothing of it runs at the vendor. */
@Injectable()
export class GiveUpStep implements UpkeepStep {
  constructor(
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
  ) {}

  async run(held: Session): Promise<Session | null> {
    return this.sessions.settle(held, (session) =>
      session.state === held.state
        ? // A key whose first request died on the way is free for the next try.
          {
            ...giveUp(session, 'no_show', this.clock.now()),
            ...(session.vendorSessionId === null ? { idempotencyKey: null } : {}),
          }
        : null,
    );
  }
}
