import { randomBytes } from 'node:crypto';
import type { SimulatorClock } from '../clock.js';
import type { SimulatorSettings } from '../settings.js';
import { type HeyGenSession, openedSession } from './session.js';

/** Hears of every session's end. */
export interface StreamObserver {
  ended(session: HeyGenSession): void;
}

/** Every HeyGen session and every one-time token. */
export class HeyGenSessions {
  private readonly known = new Map<string, HeyGenSession>();
  /** Tokens that were given out; true once one has opened its session. */
  private readonly tokens = new Map<string, boolean>();

  constructor(
    private readonly clock: SimulatorClock,
    private readonly settings: SimulatorSettings,
    private readonly rooms: StreamObserver | null = null,
  ) {}

  find(id: string): HeyGenSession | null {
    return this.known.get(id) ?? null;
  }

  all(): HeyGenSession[] {
    return [...this.known.values()];
  }

  live(): HeyGenSession[] {
    return this.all().filter((session) => session.endedAtMs === null);
  }

  /** What `streaming.list` shows: it lags, so an ended session stays in it for a while. */
  listed(): HeyGenSession[] {
    const sinceMs = this.clock.nowMs() - this.settings.heygenListLagSeconds * 1000;
    return this.all().filter(({ endedAtMs }) => endedAtMs === null || endedAtMs > sinceMs);
  }

  createToken(): string {
    const token = `hgt_${randomBytes(24).toString('hex')}`;
    this.tokens.set(token, false);
    return token;
  }

  isToken(token: string): boolean {
    return this.tokens.has(token);
  }

  /** A token opens one session (reference 4.3). */
  isUsed(token: string): boolean {
    return this.tokens.get(token) === true;
  }

  hasFreeSlot(): boolean {
    return this.live().length < this.settings.heygenConcurrencyLimit;
  }

  open(token: string, received: unknown): HeyGenSession {
    const session = openedSession(token, received, this.clock);
    this.tokens.set(token, true);
    this.known.set(session.id, session);
    return session;
  }

  touch(session: HeyGenSession): void {
    session.lastActivityAtMs = this.clock.nowMs();
  }

  /** Ends a session; its sockets are closed as a server closes them. */
  end(session: HeyGenSession, reason: NonNullable<HeyGenSession['endReason']>): void {
    if (session.endedAtMs !== null) return;
    session.endedAtMs = this.clock.nowMs();
    session.endReason = reason;
    for (const socket of session.sockets) socket.close(1000, 'session ended');
    this.rooms?.ended(session);
  }

  /** Ends what fell due: nobody did anything for too long, or the session has run too long. */
  sweep(): void {
    const nowMs = this.clock.nowMs();
    const { heygenIdleSeconds, heygenMaxSeconds } = this.settings;
    for (const session of this.live()) {
      if (nowMs >= session.createdAtMs + heygenMaxSeconds * 1000) this.end(session, 'max_duration');
      if (nowMs >= session.lastActivityAtMs + heygenIdleSeconds * 1000) this.end(session, 'idle');
    }
  }

  /** Cuts every socket, for a reset or the end of the simulator. */
  close(): void {
    for (const session of this.known.values()) {
      for (const socket of session.sockets) socket.terminate();
    }
  }
}
