import { Refusal } from '#client';
import { isForOwner, onceMore } from './call.js';
import { claim, type Release } from './claim.js';
import { type Conversation, GREETING_ID } from './conversation.js';
import { findEndReason } from './end-reason.js';
import { EndWarning } from './end-warning.js';
import { FrameWatch } from './frame-watch.js';
import type { Gateway } from './gateway.js';
import { Greeting } from './greeting.js';
import { Heartbeat } from './heartbeat.js';
import type { Line, LiveSession } from './remembered.js';
import { randomId } from './random-id.js';
import { secondsWithoutVideo, UNKNOWN_REST_SECONDS } from './used-up.js';
import { loadSdk, openVideo, type SdkPlace, type Video } from './video.js';
import { warn } from './warn.js';
import { WORDS, wordsForEnding, wordsForFailure } from './words.js';

export type VideoState = 'off' | 'connecting' | 'live' | 'reconnecting';

/** What a call shows. */
export interface CallScreen {
  readonly video: HTMLVideoElement;
  showState(state: VideoState, words: string): void;
  /** The owner has switched the avatar off. */
  switchedOff(): void;
  /** The account's minutes are used up, or no video is opened, for so many seconds at least. */
  usedUp(words: string, seconds: number): void;
  showCaption(role: Line['role'], text: string): void;
  /** Plays with sound where the browser allows it, and offers to turn it on where not. */
  play(): void;
}

export interface CallOptions {
  readonly name: string;
  readonly intro: string;
  readonly sdk: SdkPlace;
  readonly heartbeatSeconds: number;
}

const PATIENCE_MS = 8_000;

/**
 * The avatar on video inside a conversation. However a call ends, the state is `off` again, the
 * words say why, the vendor's session has been told to stop, and text goes on.
 */
export class VideoCall {
  private state: VideoState = 'off';
  private video: Video | undefined;
  private release: Release | undefined;
  /** Counts calls: what comes late from an earlier one changes nothing. */
  private round = 0;
  private vendorReason = '';
  private readonly typed: string[] = [];
  private readonly timers: ReturnType<typeof setTimeout>[] = [];
  private readonly heartbeat: Heartbeat;
  private readonly frames: FrameWatch;
  private readonly greeting: Greeting;
  private readonly warning: EndWarning;

  constructor(
    private readonly conversation: Conversation,
    private readonly gateway: Gateway,
    private readonly screen: CallScreen,
    private readonly options: CallOptions,
  ) {
    this.heartbeat = new Heartbeat(
      options.heartbeatSeconds,
      (seconds) => this.beat(seconds),
      () => void this.gone(this.round),
    );
    this.greeting = new Greeting({
      isGreeted: () => conversation.remembered.isGreeted,
      remember: () => conversation.remember({ isGreeted: true }),
    });
    this.frames = new FrameWatch(
      screen.video,
      () => this.show('reconnecting', WORDS.reconnecting),
      () => this.show('live', this.liveWords()),
      () => void this.giveUp(),
    );
    this.warning = new EndWarning(() => this.tellEnd());
  }

  get isOff(): boolean {
    return this.state === 'off';
  }

  get session(): LiveSession | null {
    return this.conversation.remembered.live;
  }

  /** Starts a call; a second wish while one runs is the same wish. */
  async start(): Promise<void> {
    if (!this.isOff) return;
    const round = this.begin(WORDS.connecting);
    try {
      await loadSdk(this.options.sdk);
      const token = await this.conversation.within(async (ids) => {
        const attempt = await this.claimAttempt();
        return onceMore(() => this.gateway.token(ids, attempt));
      });
      if (round !== this.round) return void this.gateway.stop(token).catch(() => undefined);
      this.conversation.remember({ live: { ...token, startedAtMs: null } });
      await this.join(round);
    } catch (error) {
      this.fail(round, error);
    }
  }

  /** Comes back to the session that this tab had before it was reloaded. */
  async resume(): Promise<void> {
    if (!this.isOff || this.session === null) return;
    const round = this.begin(WORDS.back);
    const release = await claim(this.conversation.remembered.attempt ?? '');
    if (round !== this.round) return release?.();
    // A copy of a tab leaves the session to the tab that it was made from.
    if (release === null) return this.over(WORDS.elsewhere);
    this.release = release;
    await this.join(round).catch((error: unknown) => this.fail(round, error));
  }

  /** A try at video that was begun before goes on, unless another tab has it. */
  private async claimAttempt(): Promise<string> {
    const begun = this.conversation.remembered.attempt;
    const attempt = begun ?? randomId();
    this.release?.();
    const release = await claim(attempt);
    if (release === null) {
      this.conversation.remember({ attempt: null });
      return this.claimAttempt();
    }
    this.release = release;
    this.conversation.remember({ attempt });
    return attempt;
  }

  /** The visitor's own wish, also in the middle of connecting. */
  async stop(words: string = WORDS.videoStopped): Promise<void> {
    if (this.isOff) return;
    const { video, session } = this;
    this.over(words);
    await video?.stop();
    if (session) await onceMore(() => this.gateway.stop(session)).catch(() => undefined);
  }

  /**
   * A typed message, which the avatar answers.
   * @returns whether it hears it
   */
  message(id: string, text: string): boolean {
    if (this.session === null || this.video === undefined) return false;
    this.greeting.begun();
    this.typed.push(comparable(text));
    this.report('user', text, id);
    this.video.message(text);
    return this.state === 'live';
  }

  async setMicrophone(isOn: boolean): Promise<void> {
    await this.video?.setMicrophone(isOn);
  }

  /** The video stands in another place of the page now, where it has to be played anew. */
  moved(): void {
    if (!this.isOff) this.screen.play();
  }

  /** The page is going away; the session may be taken up again within its grace. */
  leave(): void {
    if (this.session) this.gateway.leave(this.session);
    // The page that comes after a reload asks before this one is quite gone.
    this.release?.();
    this.release = undefined;
  }

  /** The page was asleep or offline. */
  returned(): void {
    this.heartbeat.now();
    void this.claimAgain();
  }

  /** A page that was kept while it was left may find that its session has another owner. */
  private async claimAgain(): Promise<void> {
    const { round } = this;
    if (this.video === undefined || this.release !== undefined) return;
    const release = await claim(this.conversation.remembered.attempt ?? '');
    if (round !== this.round || this.release !== undefined) return release?.();
    if (release === null) return this.over(WORDS.elsewhere);
    this.release = release;
  }

  offline(): void {
    if (this.state === 'live') this.show('reconnecting', WORDS.offline);
  }

  private async join(round: number): Promise<void> {
    const session = this.session;
    if (session === null) return;
    this.after(PATIENCE_MS, () => this.show('connecting', WORDS.stillConnecting));
    const place = {
      sdk: this.options.sdk,
      apiUrl: this.gateway.baseUrl,
      token: session.session_token,
      element: this.screen.video,
    };
    const video = await openVideo(place, {
      begun: () => round === this.round && this.greeting.begun(),
      line: (role, text, id) => round === this.round && this.heard(role, text, id),
      caption: (role, text) => round === this.round && this.screen.showCaption(role, text),
      stopped: (reason) => void (this.vendorReason = reason),
      gone: () => void this.gone(round),
    });
    if (round !== this.round) return video.stop();
    this.video = video;
    this.live(video);
  }

  private live(video: Video): void {
    this.clearTimers();
    this.show('live', this.liveWords());
    this.screen.play();
    this.heartbeat.start();
    this.frames.start();
    const startedAtMs = this.session?.startedAtMs ?? Date.now();
    if (this.session) this.conversation.remember({ live: { ...this.session, startedAtMs } });
    if (video.maxSeconds !== null) this.warning.endsAt(startedAtMs + video.maxSeconds * 1000);
    this.greeting.expect(() => video.speak(this.options.intro));
  }

  /** What is lost says nothing new; what is answered late was true when it was asked for. */
  private async beat(nextWithinSeconds: number): Promise<void> {
    const { round, session } = this;
    if (session === null) return;
    const askedAtMs = Date.now();
    const left = await this.gateway.keepAlive(session, nextWithinSeconds);
    if (left !== null && round === this.round) this.warning.endsAt(askedAtMs + left * 1000);
  }

  private liveWords(): string {
    return this.warning.words() ?? WORDS.live(this.options.name);
  }

  /** Also while the connection is weak, which may last until the end. */
  private tellEnd(): void {
    if (this.state === 'live' || this.warning.words() !== null)
      this.show(this.state, this.liveWords());
  }

  /** A finished line from the room: what was typed, and the written greeting, stand there already. */
  private heard(role: Line['role'], text: string, id: string): void {
    const place = role === 'user' ? this.typed.indexOf(comparable(text)) : -1;
    if (place >= 0) return void this.typed.splice(place, 1);
    this.report(role, text, id);
    const isGreeting = role === 'avatar' && text === this.options.intro;
    if (isGreeting && this.conversation.lines.some((line) => line.id === GREETING_ID)) return;
    this.conversation.add({ id, role, text });
  }

  /** What the page saw is the second source of the transcript; losing one is what it is for. */
  private report(role: Line['role'], text: string, id: string): void {
    if (this.session) this.gateway.post(this.session, role, text, id).catch(() => undefined);
  }

  /** The room is gone and nobody here asked for it. */
  private async gone(round: number): Promise<void> {
    const { session } = this;
    if (round !== this.round || session === null) return;
    // Nothing can be said any more, while it is asked why.
    this.greeting.stop();
    const reason = await findEndReason(this.gateway, session, this.vendorReason);
    if (round !== this.round) return;
    const words = wordsForEnding(reason);
    const stopping = this.stop(words);
    if (reason === 'minutes_used_up') this.screen.usedUp(words, UNKNOWN_REST_SECONDS);
    await stopping;
  }

  /** No picture for too long: text goes on without it. */
  private giveUp(): Promise<void> {
    return this.stop(wordsForEnding(null));
  }

  private begin(words: string): number {
    this.round += 1;
    this.vendorReason = '';
    this.show('connecting', words);
    return this.round;
  }

  private fail(round: number, error: unknown): void {
    if (round !== this.round) return;
    const { session } = this;
    if (isForOwner(error))
      warn(`${this.gateway.baseUrl} answers ${error.status}: ${error.message}`);
    const words = wordsForFailure(error, this.options.name);
    this.over(words);
    if (error instanceof Refusal && error.problem === 'avatar_disabled') this.screen.switchedOff();
    const seconds = secondsWithoutVideo(error);
    if (seconds !== null) this.screen.usedUp(words, seconds);
    if (session) void this.gateway.stop(session).catch(() => undefined);
  }

  private over(words: string): void {
    this.round += 1;
    this.clearTimers();
    this.heartbeat.stop();
    this.frames.stop();
    this.greeting.stop();
    this.warning.stop();
    this.video = undefined;
    this.typed.length = 0;
    this.release?.();
    this.release = undefined;
    this.conversation.remember({ live: null, attempt: null });
    this.screen.showCaption('avatar', '');
    this.screen.showCaption('user', '');
    this.show('off', words);
  }

  private show(state: VideoState, words: string): void {
    this.state = state;
    this.screen.showState(state, words);
  }

  private after(delayMs: number, work: () => void): void {
    this.timers.push(setTimeout(work, delayMs));
  }

  private clearTimers(): void {
    for (const timer of this.timers.splice(0)) clearTimeout(timer);
  }
}

function comparable(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase();
}
