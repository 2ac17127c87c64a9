import type { SimulatorClock } from '../clock.js';
import { greetingOf, speak } from '../liveavatar/conversation.js';
import type { VendorSession } from '../liveavatar/session.js';
import type { TranscriptLine } from '../liveavatar/transcript.js';
import type { SimulatorSettings } from '../settings.js';
import type { LiveRoom, RoomCommand } from './live.room.js';
import { joinToken, type RoomServer } from './room.access.js';

/** What rooms need of the vendor they belong to. */
export interface RoomOwner {
  readonly clock: SimulatorClock;
  readonly settings: SimulatorSettings;
  readonly liveavatar: { presenceChanged(session: VendorSession, isThere: boolean): void };
}

/** From the visitor's joining to the avatar's own first word. */
const GREETING_AFTER_MS = 700;

/** A room on a real LiveKit server for every session that runs. */
export class Rooms {
  private readonly open = new Map<string, Promise<LiveRoom | null>>();
  /** Sessions whose visitor holds the button. */
  private readonly pushed = new Set<string>();
  private readonly greeted = new Set<string>();

  constructor(
    private readonly server: RoomServer,
    private readonly owner: RoomOwner,
  ) {}

  get publicUrl(): string {
    return this.server.publicUrl;
  }

  visitorToken(session: VendorSession): string {
    return joinToken(this.server, session.id, visitorOf(session));
  }

  /** Opens the session's room; the vendor's answer does not wait for it. */
  started(session: VendorSession): void {
    this.open.set(session.id, this.enter(session));
  }

  ended(session: VendorSession): void {
    void this.leave(session.id, session.endReason ?? 'UNKNOWN');
  }

  /** Lines that were spoken without the visitor's page are heard in the room as well. */
  spoken(session: VendorSession, lines: readonly TranscriptLine[], source: string | null): void {
    void this.open.get(session.id)?.then((room) => {
      for (const { role, text } of lines) {
        if (role === 'avatar') room?.say(text, source);
        else room?.hear(text, source);
      }
    });
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.open.keys()].map((id) => this.leave(id, 'SERVER_ERROR')));
  }

  private async enter(session: VendorSession): Promise<LiveRoom | null> {
    // Loaded here, so that a vendor without rooms needs no native part.
    const { LiveRoom } = await import('./live.room.js');
    const { liveavatar } = this.owner;
    const room = new LiveRoom(this.server, session.id, visitorOf(session), {
      visitorJoined: () => {
        liveavatar.presenceChanged(session, true);
        this.greetIn(session, room);
      },
      visitorLeft: () => liveavatar.presenceChanged(session, false),
      commanded: (command) => this.obey(session, room, command),
    });
    try {
      await room.open();
      return room;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      process.stderr.write(`vendor simulator: no room for ${session.id}: ${reason}\n`);
      return null;
    }
  }

  /** Once, and when the visitor's connection stands: what is said before is lost. */
  private greetIn(session: VendorSession, room: LiveRoom): void {
    const text = greetingOf(session, this.owner.settings);
    if (text === null || this.greeted.has(session.id)) return;
    this.greeted.add(session.id);
    setTimeout(() => room.say(text, null), GREETING_AFTER_MS).unref();
  }

  private async leave(sessionId: string, reason: string): Promise<void> {
    const room = await this.open.get(sessionId);
    this.open.delete(sessionId);
    this.pushed.delete(sessionId);
    this.greeted.delete(sessionId);
    await room?.close(reason);
  }

  private obey(session: VendorSession, room: LiveRoom, command: RoomCommand): void {
    const { eventType, eventId, text } = command;
    if (eventType === 'avatar.interrupt') room.interrupt();
    if (eventType in PUSH_TO_TALK) this.pushToTalk(session, room, command);
    const role = ROLE_OF_COMMAND[eventType];
    if (role !== undefined && text !== '') this.speakIn(session, role, text, eventId);
  }

  /** Only where the token asked for it; what was said is heard when the button is let go. */
  private pushToTalk(session: VendorSession, room: LiveRoom, command: RoomCommand): void {
    const { eventType, eventId } = command;
    const isMeant = session.request.interactivityType === 'PUSH_TO_TALK';
    const isStart = eventType === 'user.start_push_to_talk';
    const isPushed = this.pushed.has(session.id);
    const answers = PUSH_TO_TALK[eventType];
    if (!isMeant || isStart === isPushed) return room.answer(answers?.failed ?? '', eventId);
    if (isStart) this.pushed.add(session.id);
    else this.pushed.delete(session.id);
    room.answer(answers?.done ?? '', eventId);
    if (!isStart) this.speakIn(session, 'user', this.owner.settings.pushToTalkWords, eventId);
  }

  private speakIn(
    session: VendorSession,
    role: 'user' | 'avatar',
    text: string,
    eventId: string | null,
  ): void {
    const nowMs = this.owner.clock.nowMs();
    const lines = speak(session, this.owner.settings, { role, text, atMs: nowMs }, nowMs);
    this.spoken(session, lines, eventId);
  }
}

/** Commands of push to talk, and what answers them. */
const PUSH_TO_TALK: Readonly<Record<string, { done: string; failed: string } | undefined>> = {
  'user.start_push_to_talk': {
    done: 'user.push_to_talk_started',
    failed: 'user.push_to_talk_start_failed',
  },
  'user.stop_push_to_talk': {
    done: 'user.push_to_talk_stopped',
    failed: 'user.push_to_talk_stop_failed',
  },
};

const ROLE_OF_COMMAND: Readonly<Record<string, 'user' | 'avatar' | undefined>> = {
  'avatar.speak_text': 'avatar',
  'avatar.speak_response': 'user',
};

function visitorOf(session: VendorSession): string {
  return `client-${session.id}`;
}
