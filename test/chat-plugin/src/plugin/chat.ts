import { callerWith, type CallReport } from '#client';
import { AnswerWatch } from './answers.js';
import { isForOwner, onceMore } from './call.js';
import { Conversation, GREETING_ID } from './conversation.js';
import { gatewayClient } from './gateway.js';
import { newHost } from './host.js';
import { Memory } from './memory.js';
import { watchPage } from './page-life.js';
import { type AccountConfig, type Petya, petyaClient } from './petya.js';
import { randomId } from './random-id.js';
import { siteUserAt } from './site-user.js';
import { SwitchWatch } from './switch-watch.js';
import type { SdkPlace } from './video.js';
import { VideoCall, type VideoState } from './video-call.js';
import { View } from './view.js';
import { warn } from './warn.js';
import { WORDS, wordsForMicrophone } from './words.js';

export interface ChatOptions {
  /** The customer's key, which stands in the page and proves nothing. */
  readonly key: string;
  /** Petya's address, without `/api/v1`. */
  readonly api: string;
  /** What the assistant is called. */
  readonly name: string;
  readonly sdk: SdkPlace;
  readonly heartbeatSeconds: number;
  /** Where the site's own server says who is logged in. */
  readonly userUrl: string | undefined;
}

/** What a page's developer may watch, as events `avatar-chat` of the document. */
export type ChatReport =
  | ({ readonly kind: 'call' } & CallReport)
  | { readonly kind: 'state'; readonly state: VideoState; readonly words: string }
  /** `traceId` is what everything of the conversation is found by, at both services. */
  | { readonly kind: 'session'; readonly sessionId: string | null; readonly traceId: string }
  /** A message that no avatar heard: whoever answers does so in writing. */
  | { readonly kind: 'written'; readonly conversationId: string }
  | { readonly kind: 'ended'; readonly conversationId: string };

/** The whole plugin around one host element. */
export class Chat {
  readonly host = newHost();
  private readonly view: View;
  private memory!: Memory;
  private petya!: Petya;
  private conversation!: Conversation;
  private readonly answers: AnswerWatch;
  private readonly switched = new SwitchWatch(() => this.lookAgain());
  private readonly stopWatching: () => void;
  private call: VideoCall | undefined;
  private readonly report = (call: CallReport): void => this.tell({ kind: 'call', ...call });
  private isEnded = false;
  private isClosed = false;
  private account: AccountConfig | undefined;
  /** Before this, in milliseconds since 1970, there is no video to offer. */
  private usedUpUntilMs = 0;

  constructor(private readonly options: ChatOptions) {
    this.view = new View(this.host, options.name, {
      send: (text) => this.send(text),
      startVideo: () => void this.startVideo(),
      stopVideo: () => void this.call?.stop(),
      setMicrophone: (isOn) => void this.setMicrophone(isOn),
      end: () => void this.end(),
      retry: () => void this.load(),
    });
    this.remember();
    this.answers = new AnswerWatch(() => {
      this.notice();
      return this.conversation.readAnswers();
    });
    this.stopWatching = watchPage({
      isLive: () => this.call !== undefined && !this.call.isOff,
      leaving: () => this.call?.leave(),
      returned: () => {
        this.call?.returned();
        this.watchAnswers();
        void this.switched.now();
      },
      stored: () => this.notice(),
      offline: () => this.call?.offline(),
    });
  }

  /** Asks Petya what this plugin is, and goes on where the tab was before it was reloaded. */
  async load(): Promise<void> {
    this.view.showWords(WORDS.loading);
    const { memory } = this;
    const isAnothers = this.conversation.isOfAnotherUser();
    try {
      const account = await this.petya.accountConfig();
      if (await isAnothers) memory.empty();
      this.account = account;
    } catch (error) {
      return this.showFailure(error);
    }
    if (this.isClosed) return;
    this.notice();
    this.greet(this.account.avatar.intro);
    this.offerVideo(this.account);
    // Somebody may have answered since the page was left, or is about to.
    this.watchAnswers();
    await this.call?.resume();
  }

  /** The page has emptied what this plugin had kept: it is another visitor's. */
  get isForgotten(): boolean {
    return this.memory.isEmptied;
  }

  /** Out of the page, for a moment or for good. */
  rest(): void {
    this.answers.stop();
    this.conversation.rest();
  }

  /** In the page again. */
  wake(): void {
    this.conversation.wake();
    this.watchAnswers();
  }

  /** Offers video where the account has it switched on, and takes the offer back where not. */
  private offerVideo({ avatar, avatarServiceUrl }: AccountConfig, wordsWithout?: string): void {
    if (this.call && !this.call.isOff) return;
    const hasVideo = avatar.enabled && avatarServiceUrl !== null && !this.isUsedUp;
    this.call = hasVideo ? this.prepareCall(avatarServiceUrl, avatar.intro) : undefined;
    const without = wordsWithout ?? WORDS.off;
    this.view.showReady(hasVideo, hasVideo ? WORDS.ready(this.options.name) : without);
    if (hasVideo) this.switched.stop();
    else this.switched.start();
  }

  private get isUsedUp(): boolean {
    return Date.now() < this.usedUpUntilMs;
  }

  /**
   * The owner may have switched the avatar off, or on again, since the page was opened; or used-up
   * minutes may be there again, of which Petya knows nothing and is asked nothing before.
   */
  private async lookAgain(): Promise<void> {
    if (this.isUsedUp) return;
    const account = await this.petya.accountConfig();
    const hasVideo = account.avatar.enabled && account.avatarServiceUrl !== null;
    if (this.isClosed || hasVideo === (this.call !== undefined)) return;
    this.account = account;
    this.offerVideo(account);
  }

  private showFailure(error: unknown): void {
    if (!isForOwner(error)) return this.view.showUnreachable(WORDS.unreachable);
    warn(`${this.options.api} answers ${error.status}: ${error.message}`);
    // A proxy may say so while the service is restarted.
    if (error.isForeign) this.view.showUnreachable(WORDS.unreachable);
    else this.view.showRefused(WORDS.notHere);
  }

  /** The plugin was put into another place of the page. */
  moved(): void {
    this.call?.moved();
  }

  async startVideo(): Promise<void> {
    if (this.isClosed) return;
    this.beginAnew();
    await this.call?.start();
  }

  /** The plugin was taken out of the page for good. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.switched.stop();
    this.rest();
    this.stopWatching();
    this.view.close();
    await this.call?.stop();
  }

  /** Takes up what the tab remembers. */
  private remember(): void {
    const { key, api, userUrl } = this.options;
    const memory = new Memory(key);
    const callJson = callerWith({ report: this.report });
    this.memory = memory;
    this.petya = petyaClient(callJson, api, key, memory);
    this.conversation = new Conversation(this.petya, memory, siteUserAt(userUrl), (lines) => {
      if (this.memory === memory) this.view.showLines(lines);
    });
  }

  /**
   * Begins anew where the page has emptied the storage, as after a logout. What is still on its way
   * for the visitor before has a memory of its own, which is not kept.
   */
  private notice(): void {
    if (this.memory.isShut || !this.isForgotten) return;
    this.rest();
    void this.call?.stop();
    this.remember();
    this.view.clear();
    if (this.isEnded) this.view.showOpen();
    this.isEnded = false;
    const { avatar, avatarServiceUrl } = this.account ?? {};
    if (avatar === undefined) return;
    if (this.call && avatarServiceUrl) this.call = this.prepareCall(avatarServiceUrl, avatar.intro);
    this.greet(avatar.intro);
  }

  private prepareCall(avatarServiceUrl: string, intro: string): VideoCall {
    const { key, name, sdk, heartbeatSeconds } = this.options;
    const gateway = gatewayClient(this.report, avatarServiceUrl, key, this.memory);
    const screen = {
      video: this.view.video,
      showState: (state: VideoState, words: string) => {
        this.view.showState(state, words);
        this.tell({ kind: 'state', state, words });
        const { live, traceId } = this.conversation.remembered;
        this.tell({ kind: 'session', sessionId: live?.session_id ?? null, traceId });
        // What the avatar has heard may be answered in writing as well.
        if (state === 'off') this.watchAnswers();
      },
      switchedOff: () => void this.lookAgain().catch(() => undefined),
      usedUp: (words: string, seconds: number) => {
        this.usedUpUntilMs = Date.now() + seconds * 1000;
        if (this.account) this.offerVideo(this.account, words);
      },
      showCaption: this.view.showCaption.bind(this.view),
      play: () => this.view.play(),
    };
    const options = { name, intro, sdk, heartbeatSeconds };
    return new VideoCall(this.conversation, gateway, screen, options);
  }

  private greet(intro: string): void {
    const { lines } = this.conversation;
    if (lines.length > 0) this.view.showLines(lines);
    else this.conversation.add({ id: GREETING_ID, role: 'avatar', text: intro });
  }

  /** What was said stays readable until something new is said. */
  private beginAnew(): void {
    this.notice();
    if (!this.isEnded) return;
    this.isEnded = false;
    this.conversation.clear();
    this.greet(this.account?.avatar.intro ?? '');
    this.view.showOpen();
  }

  /** Petya keeps every message; where no avatar hears it, somebody may answer in writing. */
  private async send(text: string): Promise<boolean> {
    this.beginAnew();
    const id = randomId();
    const { conversation } = this;
    conversation.add({ id, role: 'user', text });
    const isHeard = this.call?.message(id, text) ?? false;
    try {
      const conversationId = await onceMore(() => conversation.post(id, text));
      if (conversation !== this.conversation) return true;
      if (!isHeard) this.awaitAnswer(conversationId);
    } catch (error) {
      conversation.remove(id);
      if (conversation !== this.conversation) return true;
      if (isForOwner(error) && !error.isForeign) this.showFailure(error);
      else this.view.showWords(WORDS.notSent);
      return false;
    }
    if (this.call === undefined || this.call.isOff) this.view.showWords(WORDS.sent);
    return true;
  }

  private awaitAnswer(conversationId: string): void {
    this.tell({ kind: 'written', conversationId });
    this.watchAnswers();
  }

  private watchAnswers(): void {
    this.notice();
    // Before that, what is remembered may be of somebody who has logged out.
    const isLoaded = this.account !== undefined;
    const isOpen = this.conversation.remembered.conversationId !== null;
    if (isLoaded && isOpen && !this.memory.isShut) this.answers.expect();
  }

  private async setMicrophone(isOn: boolean): Promise<void> {
    try {
      await this.call?.setMicrophone(isOn);
      this.view.showMicrophone(isOn);
    } catch (error) {
      this.view.showMicrophone(false);
      this.view.showWords(wordsForMicrophone(error, isMicrophoneForbidden()));
    }
  }

  private async end(): Promise<void> {
    this.notice();
    await this.call?.stop(WORDS.ended);
    this.answers.stop();
    const conversationId = await this.conversation.complete().catch(() => null);
    this.isEnded = true;
    this.view.showEnded(WORDS.ended);
    if (conversationId !== null) this.tell({ kind: 'ended', conversationId });
  }

  private tell(detail: ChatReport): void {
    const event = new CustomEvent('avatar-chat', { detail, bubbles: true, composed: true });
    (this.host.isConnected ? this.host : document).dispatchEvent(event);
  }
}

/** Only some browsers tell what the page's `Permissions-Policy` says. */
function isMicrophoneForbidden(): boolean {
  const { featurePolicy } = document as {
    featurePolicy?: { allowsFeature(name: string): boolean };
  };
  return featurePolicy?.allowsFeature('microphone') === false;
}
