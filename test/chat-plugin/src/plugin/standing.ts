import { Chat, type ChatOptions } from './chat.js';
import { Host } from './host.js';

/** How long a plugin that was taken out of the page may still be put back. */
const REMOUNT_MS = 1_000;

/** Between two tries at the same place: a script that takes it out again must not stop the page. */
const AGAIN_MS = 50;

/** Looks for the element that the plugin shall stand in; null while there is none. */
export type FindPlace = () => Element | null;

/**
 * One plugin and its place in the page. A page may exchange its body under it: the plugin then moves
 * to its new place, and where there is none its video ends. It is there again with its place.
 */
export class Standing {
  private chat: Chat | undefined;
  private loaded: Promise<void> | undefined;
  private closing: ReturnType<typeof setTimeout> | undefined;
  private placing: ReturnType<typeof setTimeout> | undefined;
  private wantsVideo = false;

  constructor(
    private readonly options: ChatOptions,
    /** Has `settle` called when something under this changes, as in a shadow root. */
    private readonly watch: (root: Node) => void,
    public findPlace: FindPlace,
  ) {}

  /** To be called whenever the page has changed. */
  settle(): void {
    if (this.chat?.host.isConnected === true) return this.stay();
    if (this.findPlace() === null) return this.leave();
    // At once the first time, and a little later when somebody has taken it out.
    if (this.chat === undefined) return this.place();
    this.placing ??= setTimeout(() => this.place(), AGAIN_MS);
  }

  async startVideo(): Promise<void> {
    // Asked for before there is a place, it starts with the place.
    const { chat } = this;
    this.wantsVideo = chat === undefined;
    await this.loaded;
    // Another one may stand there by now, of somebody who has not asked for it.
    await chat?.startVideo();
  }

  /** Moves it into the place that it has now, also from another one. */
  move(findPlace: FindPlace): void {
    this.findPlace = findPlace;
    this.place();
  }

  takeOut(): void {
    this.findPlace = () => null;
    this.wantsVideo = false;
    this.chat?.host.remove();
    this.settle();
  }

  /** Ends what stands here, and what waits to be put back; its place stays known. */
  end(): void {
    clearTimeout(this.closing);
    clearTimeout(this.placing);
    const { chat } = this;
    this.chat = this.loaded = this.closing = this.placing = undefined;
    this.wantsVideo = false;
    chat?.host.remove();
    void chat?.close();
  }

  private place(): void {
    clearTimeout(this.placing);
    this.placing = undefined;
    const place = this.findPlace();
    if (place === null) return this.settle();
    if (this.chat?.isForgotten === true) this.end();
    this.stay();
    this.chat ??= new Chat(this.options);
    const { chat } = this;
    // What a page has kept of itself as text or as a copy has an element of this name, and no plugin.
    for (const copy of Array.from(place.querySelectorAll('avatar-chat'))) {
      if (copy instanceof Host && copy.shadowRoot === null) copy.remove();
    }
    if (chat.host.parentNode !== place) place.append(chat.host);
    const root = place.getRootNode();
    if (root !== document) this.watch(root);
    if (this.loaded !== undefined) return chat.moved();
    this.loaded = untilSeen().then(() => chat.load());
    if (this.wantsVideo) void this.startVideo();
  }

  private stay(): void {
    if (this.closing === undefined) return;
    clearTimeout(this.closing);
    this.closing = undefined;
    this.chat?.wake();
  }

  private leave(): void {
    if (this.chat === undefined || this.closing !== undefined) return;
    this.chat.rest();
    this.closing = setTimeout(() => this.end(), REMOUNT_MS);
  }
}

/** A page that a browser only prepares may never be seen, and its session is another page's still. */
function untilSeen(): Promise<void> {
  if ((document as { prerendering?: boolean }).prerendering !== true) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener('prerenderingchange', () => resolve(), { once: true });
  });
}
