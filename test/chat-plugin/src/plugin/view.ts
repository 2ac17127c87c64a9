import type { Line } from './remembered.js';
import { shieldFromPage } from './shield.js';
import { addStyles } from './styles.js';
import { buildPanel } from './template.js';
import type { VideoState } from './video-call.js';
import { WORDS } from './words.js';

/** What the visitor may wish for. */
export interface Wishes {
  /** Resolves with false when the message could not be sent. */
  send(text: string): Promise<boolean>;
  startVideo(): void;
  stopVideo(): void;
  setMicrophone(isOn: boolean): void;
  end(): void;
  retry(): void;
}

/** As much as Petya takes of one message, in bytes of UTF-8. */
const MAX_MESSAGE_BYTES = 32 * 1024;

/** The plugin's own elements, in a shadow root that the page's styles do not reach. */
export class View {
  private readonly root: ShadowRoot;
  /** To be called when the plugin is gone for good. */
  readonly close: () => void;
  readonly video: HTMLVideoElement;
  private readonly lines: HTMLOListElement;
  private readonly input: HTMLInputElement;
  /** What was shown, which a translator may have changed since. */
  private readonly shown: Line[] = [];

  constructor(
    host: HTMLElement,
    name: string,
    private readonly wishes: Wishes,
  ) {
    this.root = host.attachShadow({ mode: 'open' });
    addStyles(this.root);
    this.root.append(buildPanel());
    this.close = shieldFromPage(this.root, (event) => this.pressed(event));
    this.video = this.find('video');
    this.lines = this.find('lines');
    this.input = this.find('say');
    this.input.placeholder = 'Your message';
    this.find('title').textContent = `Ask ${name}`;
    this.find('panel').setAttribute('aria-label', `Ask ${name}`);
    this.video.setAttribute('aria-label', `${name} on video`);
    this.listen();
  }

  showWords(words: string): void {
    this.find('status').textContent = words;
  }

  showUnreachable(words: string): void {
    this.showWords(words);
    this.find('retry').hidden = false;
  }

  /** Trying again would not help. */
  showRefused(words: string): void {
    this.showWords(words);
    this.find('retry').hidden = true;
  }

  showReady(hasVideo: boolean, words: string): void {
    this.showWords(words);
    this.find('retry').hidden = true;
    this.find('compose').hidden = this.find('end').hidden = false;
    const start = this.find('start');
    // Whoever has asked for a video that is not offered any more goes on in writing.
    if (!hasVideo && this.root.activeElement === start) this.input.focus();
    start.hidden = !hasVideo;
    const mayListen = navigator.mediaDevices !== undefined;
    this.find('panel').dataset['listening'] = mayListen ? 'possible' : 'impossible';
  }

  showState(state: VideoState, words: string): void {
    const panel = this.find('panel');
    const hadFocus = this.root.activeElement instanceof HTMLButtonElement;
    panel.dataset['state'] = state;
    this.find('stage').hidden = this.find('stop').hidden = state === 'off';
    this.find('start').hidden = state !== 'off';
    this.find('end').hidden = false;
    const canListen = panel.dataset['listening'] === 'possible';
    this.find('microphone').hidden = !canListen || state === 'off' || state === 'connecting';
    if (state === 'off') this.showMicrophone(false);
    if (state !== 'live') this.find('sound').hidden = true;
    // Whoever pressed a button that is gone now shall not lose their place.
    if (hadFocus && this.root.activeElement === null)
      this.find(state === 'off' ? 'start' : 'stop').focus();
    this.showWords(words);
    // Where the box is small, the video has taken room from the lines.
    this.scrollToLast();
  }

  showEnded(words: string): void {
    this.showWords(words);
    this.find('end').hidden = true;
    this.find('start').focus();
  }

  /** Also without what somebody has begun to write. */
  clear(): void {
    this.showLines([]);
    this.input.value = '';
  }

  showOpen(): void {
    this.find('end').hidden = false;
  }

  /** Adds and changes only what differs, so that a screen reader reads each line once. */
  showLines(lines: readonly Line[]): void {
    lines.forEach((line, index) => {
      const { role, text } = line;
      const before = this.shown[index];
      if (before?.text === text && before.role === role) return;
      const item = this.lines.children[index] ?? this.lines.appendChild(newLine());
      const words = item.lastElementChild;
      if (!(item instanceof HTMLElement) || words === null) return;
      this.shown[index] = line;
      item.dataset['role'] = role;
      if (item.firstElementChild) {
        item.firstElementChild.textContent = role === 'user' ? 'You: ' : 'Assistant: ';
      }
      words.textContent = text;
    });
    this.shown.length = lines.length;
    while (this.lines.children.length > lines.length) this.lines.lastElementChild?.remove();
    this.scrollToLast();
  }

  showCaption(role: Line['role'], text: string): void {
    this.find(role === 'user' ? 'caption-user' : 'caption-avatar').textContent = text;
  }

  showMicrophone(isOn: boolean): void {
    const button = this.find('microphone');
    button.setAttribute('aria-pressed', String(isOn));
    button.textContent = isOn ? 'Microphone is on' : 'Use microphone';
  }

  /**
   * A page that was reloaded may not play sound before it is touched: till then its button is there, and a
   * video that is unmuted all the same stands still.
   */
  play(): void {
    if (this.find('sound').hidden) this.video.muted = false;
    this.video.play().catch((error: unknown) => {
      // Anything else is a picture that is only on its way.
      if (!(error instanceof DOMException && error.name === 'NotAllowedError')) return;
      this.video.muted = true;
      this.find('sound').hidden = false;
      this.video.play().catch(() => undefined);
    });
  }

  /** The media client unmutes what it connects anew; a browser that wants a touch first pauses it then. */
  private goOnMuted(): void {
    if (this.find('sound').hidden || this.video.muted) return;
    this.video.muted = true;
    this.video.play().catch(() => undefined);
  }

  private scrollToLast(): void {
    const log = this.find('log');
    log.scrollTop = log.scrollHeight;
  }

  private listen(): void {
    const on = (mark: string, work: () => void): void =>
      this.find(mark).addEventListener('click', work);
    on('start', () => this.wishes.startVideo());
    on('stop', () => this.wishes.stopVideo());
    on('end', () => this.wishes.end());
    on('retry', () => this.wishes.retry());
    on('microphone', () => {
      this.wishes.setMicrophone(this.find('microphone').getAttribute('aria-pressed') !== 'true');
    });
    on('sound', () => {
      this.find('sound').hidden = true;
      this.play();
      this.input.focus();
    });
    this.video.addEventListener('pause', () => this.goOnMuted());
    on('send', () => void this.submit());
    this.find('compose').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.submit();
    });
  }

  /** A frame may forbid forms, so that sending waits for none; a word that is being composed does. */
  private pressed(event: KeyboardEvent): void {
    // Safari tells of the Enter that ends a word only once the word is done, by this number.
    const isComposed = event.isComposing || event.keyCode === 229;
    if (event.key !== 'Enter' || isComposed || this.root.activeElement !== this.input) return;
    event.preventDefault();
    void this.submit();
  }

  private async submit(): Promise<void> {
    const text = this.input.value.trim();
    if (text === '') return;
    if (new TextEncoder().encode(text).length > MAX_MESSAGE_BYTES)
      return this.showWords(WORDS.tooLong);
    this.input.value = '';
    const isSent = await this.wishes.send(text);
    if (!isSent && this.input.value === '') this.input.value = text;
  }

  private find<E extends HTMLElement>(mark: string): E {
    const element = this.root.querySelector<E>(`[data-${mark}]`);
    if (element === null) throw new Error(`The plugin has no element marked data-${mark}.`);
    return element;
  }
}

function newLine(): HTMLLIElement {
  const item = document.createElement('li');
  const who = document.createElement('span');
  who.className = 'hidden';
  const words = document.createElement('span');
  words.dir = 'auto';
  item.append(who, words);
  return item;
}
