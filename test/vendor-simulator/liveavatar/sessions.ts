import { randomUUID } from 'node:crypto';
import type { SimulatorClock } from '../clock.js';
import { personaAnswer } from '../persona.js';
import type { SimulatorSettings } from '../settings.js';
import { billedSeconds, creditsPerMinute, nextEvent, type VendorSession } from './session.js';
import type { TokenRequest } from './token.request.js';
import { Transcript, type TranscriptLine } from './transcript.js';
import type { EndReason } from './validation.js';

/** Every session of the account: who lives, who ended, what it cost. */
export class LiveAvatarSessions {
  private readonly known = new Map<string, VendorSession>();
  private readonly live = new Map<string, VendorSession>();
  private readonly past: VendorSession[] = [];
  private heldSlotsUntilMs: number[] = [];
  private endedSeconds = 0;
  private creditsSpent = 0;
  /** No live session changes by itself before this moment. */
  private quietUntilMs = Infinity;

  constructor(
    private readonly clock: SimulatorClock,
    private readonly settings: SimulatorSettings,
  ) {}

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
    const nowMs = this.clock.nowMs();
    const session: VendorSession = {
      id: randomUUID(),
      request,
      received,
      maxSeconds,
      mintedAtMs: nowMs,
      startedAtMs: null,
      endedAtMs: null,
      endReason: null,
      lastActivityAtMs: nowMs,
      joined: false,
      nextChargeAtMs: Infinity,
      credits: 0,
      starts: 0,
      stops: 0,
      keepAlives: 0,
      answersGiven: 0,
      transcript: new Transcript(),
    };
    this.known.set(session.id, session);
    return session;
  }

  /** Whether one more session may start, counting slots that are given back late. */
  hasFreeSlot(): boolean {
    const nowMs = this.clock.nowMs();
    this.heldSlotsUntilMs = this.heldSlotsUntilMs.filter((untilMs) => untilMs > nowMs);
    return this.live.size + this.heldSlotsUntilMs.length < this.settings.concurrencyLimit;
  }

  /** Whether the minute that is held at start can be paid. */
  canPay(session: VendorSession): boolean {
    return this.settings.credits >= creditsPerMinute(session, this.settings);
  }

  /** Starts a minted session; the caller has checked slot and credits. */
  start(session: VendorSession): void {
    const nowMs = this.clock.nowMs();
    session.startedAtMs = nowMs;
    session.lastActivityAtMs = nowMs;
    session.joined = this.settings.visitorJoins;
    this.live.set(session.id, session);
    this.charge(session, nowMs);
    if (this.settings.greeting !== null && this.hears(session)) {
      this.addLine(session, { role: 'avatar', text: this.settings.greeting, atMs: nowMs });
    }
    this.expectEvent(session);
  }

  /** Ends a live session now, or at the moment it was due. */
  end(session: VendorSession, reason: EndReason, atMs = this.clock.nowMs()): void {
    session.endedAtMs = atMs;
    session.endReason = reason;
    session.transcript.cutAfter(atMs);
    this.live.delete(session.id);
    this.past.push(session);
    this.endedSeconds += billedSeconds(session, atMs);
    if (this.settings.slotFreedAfterSeconds > 0) {
      this.heldSlotsUntilMs.push(atMs + this.settings.slotFreedAfterSeconds * 1000);
    }
  }

  /** Re-arms the idle limit; the session's longest duration stays. */
  touch(session: VendorSession): void {
    session.lastActivityAtMs = this.clock.nowMs();
  }

  /** A line spoken in the room; a user's line makes the persona answer. Returns what was added. */
  say(session: VendorSession, role: 'user' | 'avatar', text: string, secondsAgo: number) {
    const nowMs = this.clock.nowMs();
    const atMs = Math.max(session.startedAtMs ?? nowMs, nowMs - secondsAgo * 1000);
    this.touch(session);
    if (role === 'user') session.joined = true;
    const spoken = [this.addLine(session, { role, text, atMs })];
    if (role === 'avatar' || !this.hears(session)) return spoken;
    const answer = personaAnswer(this.settings, text, session.answersGiven);
    if (answer === null) return spoken;
    session.answersGiven += 1;
    const answeredAtMs = atMs + this.settings.answerDelayMs;
    spoken.push(this.addLine(session, { role: 'avatar', text: answer, atMs: answeredAtMs }));
    return spoken;
  }

  /** Adds a line of the given content; `raw` is shown on the wire exactly as it is. */
  addLine(
    session: VendorSession,
    line: Pick<TranscriptLine, 'role' | 'text' | 'atMs' | 'raw'>,
  ): TranscriptLine {
    const full = { ...line, visibleAtMs: line.atMs + this.settings.transcriptDelayMs };
    session.transcript.add(full);
    return full;
  }

  /** Carries out everything that fell due up to now, in the order in which it was due. */
  sweep(): void {
    const nowMs = this.clock.nowMs();
    while (this.quietUntilMs <= nowMs) {
      // Charges of one session lie a minute apart, so within a minute each session has one event.
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
      creditsSpent: this.creditsSpent,
    };
  }

  private hears(session: VendorSession): boolean {
    const { contextId, hasVoiceAgent } = session.request;
    return contextId !== null || hasVoiceAgent || !this.settings.muteWithoutContext;
  }

  private expectEvent(session: VendorSession): void {
    const { atMs } = nextEvent(session, this.settings);
    this.quietUntilMs = Math.min(this.quietUntilMs, atMs);
  }

  private apply(session: VendorSession, event: ReturnType<typeof nextEvent>): void {
    if (event.reason !== 'charge') return this.end(session, event.reason, event.atMs);
    if (!this.canPay(session)) return this.end(session, 'NO_CREDITS', event.atMs);
    this.charge(session, event.atMs);
  }

  private charge(session: VendorSession, atMs: number): void {
    const price = creditsPerMinute(session, this.settings);
    this.settings.credits -= price;
    session.credits += price;
    this.creditsSpent += price;
    session.nextChargeAtMs = atMs + 60_000;
  }
}
