import { Injectable } from '@nestjs/common';
import { AvatarConfig } from '../../config/avatar-config.js';
import { DatabaseClock } from '../../clock/database-clock.js';
import { markLeft, markSeen } from '../../sessions/domain/session-moves.js';
import { isOpen } from '../../sessions/domain/session-states.js';
import { type NamedSession, sessionNames } from '../../sessions/domain/session-names.js';
import { goneSince } from '../../sessions/domain/session-timing.js';
import { SessionStore } from '../../sessions/store/session-store.service.js';
import type { Session, SessionKey } from '../../sessions/domain/session.js';
import { OwedWishes } from '../../sessions/owed-wishes.js';
import { UpkeepWorker } from '../../upkeep/upkeep.worker.js';

/**
 * An open socket is a heartbeat: its replica promises the next one within a minute, so that a
 * replica that dies with its sockets leaves sessions that are known to be left.
 */
const PROMISE_SECONDS = 60;

/** The promise is renewed in good time, and no more often than that: it is a write. */
export const RENEW_SECONDS = 30;

/** Whether a session's visitor is there, by its sockets. The newest socket speaks for the visitor. */
@Injectable()
export class SocketPresence {
  constructor(
    private readonly sessions: SessionStore,
    private readonly worker: UpkeepWorker,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
    private readonly wishes: OwedWishes,
  ) {}

  /** @returns null when the session has ended meanwhile */
  begin(session: Session, socketId: string): Promise<Session | null> {
    const now = this.clock.now();
    return this.sessions.change(session, (current) =>
      isOpen(current.state) && !current.stop
        ? {
            ...markSeen(current, now),
            socketId,
            heartbeat: { at: now, withinSeconds: PROMISE_SECONDS },
          }
        : null,
    );
  }

  /**
   * To be called each `RENEW_SECONDS`.
   * @returns whether the session is still open
   */
  async refresh(key: SessionKey, socketId: string): Promise<boolean> {
    const session = await this.sessions.find(key);
    if (!session || !isOpen(session.state)) return false;
    const now = this.clock.now();
    await this.sessions.change(session, (current) =>
      isOpen(current.state) && current.socketId === socketId ? markSeen(current, now) : null,
    );
    return true;
  }

  /**
   * The socket is gone, and with it the visitor, unless it came back on another one. Where the
   * database is away, that is recorded when it is back.
   * @returns when it is recorded or given up. It never rejects.
   */
  end(session: NamedSession, socketId: string): Promise<void> {
    const lostAt = this.clock.now();
    const { id, accountId } = session;
    const names = sessionNames(session);
    const leave = async () => {
      const goneAt = goneSince(lostAt, this.clock.now(), this.config.budgets);
      await this.sessions.readAndChange({ id, accountId }, (current) =>
        current.socketId === socketId
          ? { socketId: null, heartbeat: null, ...markLeft(current, goneAt) }
          : null,
      );
      this.worker.wake();
    };
    return this.wishes.owe(`leave of socket ${socketId}`, leave, { names: () => names });
  }
}
