import { Injectable } from '@nestjs/common';
import { AvatarConfig } from '../config/avatar-config.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { abandon, fail, giveUp, markLeft } from './domain/session-moves.js';
import { type NamedSession, type SessionNames, sessionNames } from './domain/session-names.js';
import { type Change, SessionStore } from './store/session-store.service.js';
import { COME_BACK_SECONDS, goneSince, later } from './domain/session-timing.js';
import type { Session } from './domain/session.js';
import { UpkeepWorker } from '../upkeep/upkeep.worker.js';
import { OwedWishes } from './owed-wishes.js';

/** Records that a visitor goes, or was never there, also where the database is away just then. */
@Injectable()
export class Departures {
  constructor(
    private readonly sessions: SessionStore,
    private readonly worker: UpkeepWorker,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
    private readonly wishes: OwedWishes,
  ) {}

  /**
   * The visitor is going: from now on its grace runs, until it comes back.
   * @param who says goodbye
   * @param find gives the session, if it is theirs
   * @throws what `find` throws
   */
  leave<S extends Session>(who: string, find: () => Promise<S>): Promise<S> {
    const askedAt = this.clock.now();
    let isLate = false;
    let names: Partial<SessionNames> = {};
    const leave = async () => {
      const wasLate = isLate;
      isLate = true;
      const session = await find();
      names = sessionNames(session);
      const left = await this.sessions.change(session, (current) => {
        // Time has passed: it may have come back.
        if (wasLate && current.seenAt > askedAt) return null;
        return markLeft(current, this.goneSince(askedAt));
      });
      this.worker.wake();
      return left ?? session;
    };
    return this.wishes.run(`leave of ${who}`, leave, { names: () => names });
  }

  /**
   * Nobody has the answer of a start that may run: it ends soon, unless its caller asks again.
   * @param seenAt when its visitor was last seen, as far as that is known
   */
  untaken(session: NamedSession, grant: string, seenAt: Date): void {
    void this.changeWhenPossible(`untaken start ${session.id} ${grant}`, session, (current) =>
      current.seenAt > seenAt ? null : abandon(current, grant, this.goneSince(null)),
    );
  }

  /**
   * Whoever took a session to start it could not record that, or does not know that it could. The
   * vendor was not asked; it is given up, unless its caller asks again first.
   * @param owner of the lease that was to be taken
   * @returns when that is done. It never rejects.
   */
  notBegun(session: NamedSession, owner: string): Promise<void> {
    const give: Change = (current) => {
      if (current.state !== 'starting' || current.lease.owner !== owner) return null;
      const lease = { ...current.lease, owner: null, until: new Date(0) };
      return { ...giveUp(current, { reason: 'no_show', by: 'gateway' }, this.clock.now()), lease };
    };
    const afterMs = COME_BACK_SECONDS * 1000;
    return this.changeWhenPossible(`begun start ${owner}`, session, give, afterMs);
  }

  /** Nobody has the answer of an opening that runs: it is given up soon, unless it is asked for again. */
  unopened(session: Session): void {
    const { id, offeredAt } = session;
    void this.changeWhenPossible(`untaken opening ${id}`, session, (current) => {
      const isAsOffered = current.offeredAt.getTime() === offeredAt.getTime();
      if (current.state !== 'created' || !isAsOffered) return null;
      const seconds = COME_BACK_SECONDS - this.config.budgets.noShowSeconds;
      return { offeredAt: later(this.clock.now(), Math.min(0, seconds)) };
    });
  }

  /**
   * Nobody has the token that was made for it: its slot is free at once, and its key, unless somebody
   * was given it meanwhile.
   */
  unused(session: Session): void {
    const { id, offeredAt } = session;
    void this.changeWhenPossible(`unused token ${id}`, session, (current) => {
      const isAsOffered = current.offeredAt.getTime() === offeredAt.getTime();
      if (current.state !== 'created' || !isAsOffered) return null;
      return { ...fail('no_show', this.clock.now()), idempotencyKey: null };
    });
  }

  private goneSince(askedAt: Date | null): Date {
    return goneSince(askedAt, this.clock.now(), this.config.budgets);
  }

  private changeWhenPossible(
    name: string,
    session: NamedSession,
    change: Change,
    afterMs = 0,
  ): Promise<void> {
    const { id, accountId } = session;
    const names = sessionNames(session);
    const wish = async () => {
      await this.sessions.readAndChange({ id, accountId }, change);
      this.worker.wake();
    };
    return this.wishes.owe(name, wish, { afterMs, names: () => names });
  }
}
