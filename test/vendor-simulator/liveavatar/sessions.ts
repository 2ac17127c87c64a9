import type { SimulatorClock } from '../clock.js';
import type { SimulatorSettings } from '../settings.js';
import { VendorAccount } from './account.js';
import { greet } from './conversation.js';
import { billedSeconds, mintedSession, nextEvent, type VendorSession } from './session.js';
import type { TokenRequest } from './token.request.js';
import type { EndReason } from './validation.js';

/** Hears of every session's start and end. */
export interface SessionObserver {
  started(session: VendorSession): void;
  ended(session: VendorSession): void;
}

/** Every session of the account: who lives, who ended, what it cost. */
export class LiveAvatarSessions {
  private readonly known = new Map<string, VendorSession>();
  private readonly live = new Map<string, VendorSession>();
  /** In the order of their beginnings. */
  private readonly past: VendorSession[] = [];
  private readonly account: VendorAccount;
  private endedSeconds = 0;
  /** No live session changes by itself before this moment. */
  private quietUntilMs = Infinity;

  constructor(
    private readonly clock: SimulatorClock,
    private readonly settings: SimulatorSettings,
    /** The rooms of the sessions; without them every visitor counts as `visitorJoins` says. */
    private readonly rooms: SessionObserver | null = null,
  ) {
    this.account = new VendorAccount(settings);
  }

  find(id: string): VendorSession | null {
    return this.known.get(id) ?? null;
  }

  all(): VendorSession[] {
    return [...this.known.values()];
  }

  active(): VendorSession[] {
    return [...this.live.values()];
  }

  ended(): readonly VendorSession[] {
    return this.past;
  }

  /** Remembers a token; this reserves no slot and costs nothing. */
  mint(request: TokenRequest, received: unknown, maxSeconds: number): VendorSession {
    const session = mintedSession(request, received, maxSeconds, this.clock.nowMs());
    this.known.set(session.id, session);
    return session;
  }

  /** Whether one more session may start, counting slots that are given back late. */
  hasFreeSlot(): boolean {
    return this.account.hasFreeSlot(this.live.size, this.clock.nowMs());
  }

  /** Whether the minute that is held at start can be paid. */
  canPay(session: VendorSession): boolean {
    return this.account.canPay(session);
  }

  /** Starts a minted session; the caller has checked slot and credits. */
  start(session: VendorSession): void {
    const nowMs = this.clock.nowMs();
    session.startedAtMs = nowMs;
    session.lastActivityAtMs = nowMs;
    session.joined = this.rooms === null && this.settings.visitorJoins;
    this.live.set(session.id, session);
    this.account.charge(session, nowMs);
    greet(session, this.settings, nowMs);
    this.expectEvent(session);
    this.rooms?.started(session);
  }

  /** Ends a live session now, or at the moment it was due. */
  end(session: VendorSession, reason: EndReason, atMs = this.clock.nowMs()): void {
    session.endedAtMs = atMs;
    session.endReason = reason;
    session.transcript.cutAfter(atMs);
    this.live.delete(session.id);
    this.file(session);
    this.endedSeconds += billedSeconds(session, atMs);
    this.account.releaseSlot(atMs);
    this.rooms?.ended(session);
  }

  /** Takes a session in that ran earlier, by whoever else has the key. */
  enter(session: VendorSession): void {
    this.known.set(session.id, session);
    this.file(session);
  }

  /** What was begun late is late in the list, however early it ended. */
  private file(session: VendorSession): void {
    const begunAtMs = (each: VendorSession | undefined) => each?.startedAtMs ?? 0;
    let place = this.past.length;
    while (place > 0 && begunAtMs(this.past[place - 1]) > begunAtMs(session)) place -= 1;
    this.past.splice(place, 0, session);
  }

  /** The visitor came into the room or left it. */
  presenceChanged(session: VendorSession, isThere: boolean): void {
    if (session.endedAtMs !== null) return;
    session.joined = isThere;
    session.aloneSinceMs = isThere ? null : this.clock.nowMs();
    this.expectEvent(session);
  }

  /** Re-arms the idle limit; the session's longest duration stays. */
  touch(session: VendorSession): void {
    session.lastActivityAtMs = this.clock.nowMs();
  }

  /** Carries out everything that fell due up to now, in the order in which it was due. */
  sweep(): void {
    const nowMs = this.clock.nowMs();
    while (this.quietUntilMs <= nowMs) {
      // Charges of a session lie a minute apart, so no round can skip one or take two at once.
      const horizonMs = Math.min(nowMs, this.quietUntilMs + 59_999);
      const due = this.active()
        .map((session) => ({ session, event: nextEvent(session, this.settings) }))
        .filter(({ event }) => event.atMs <= horizonMs)
        .sort((left, right) => left.event.atMs - right.event.atMs);
      for (const { session, event } of due) this.apply(session, event);
      this.quietUntilMs = Infinity;
      for (const session of this.live.values()) this.expectEvent(session);
    }
  }

  /** To be called when a setting that decides over ends was changed. */
  settingsChanged(): void {
    this.quietUntilMs = this.live.size > 0 ? 0 : Infinity;
    this.sweep();
  }

  totals(): {
    known: number;
    active: number;
    ended: number;
    billedSeconds: number;
    creditsSpent: number;
  } {
    const nowMs = this.clock.nowMs();
    const running = this.active().reduce((sum, session) => sum + billedSeconds(session, nowMs), 0);
    return {
      known: this.known.size,
      active: this.live.size,
      ended: this.past.length,
      billedSeconds: this.endedSeconds + running,
      creditsSpent: this.account.creditsSpent,
    };
  }

  private expectEvent(session: VendorSession): void {
    const { atMs } = nextEvent(session, this.settings);
    this.quietUntilMs = Math.min(this.quietUntilMs, atMs);
  }

  private apply(session: VendorSession, event: ReturnType<typeof nextEvent>): void {
    if (event.reason !== 'charge') return this.end(session, event.reason, event.atMs);
    if (!this.canPay(session)) return this.end(session, 'NO_CREDITS', event.atMs);
    this.account.charge(session, event.atMs);
  }
}
