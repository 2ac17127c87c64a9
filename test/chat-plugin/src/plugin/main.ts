import { emptyMemory } from './memory.js';
import { readSettings, type Settings } from './settings.js';
import { shieldKeys } from './shield.js';
import { Standing } from './standing.js';
import { canShow, targetOf } from './target.js';
import { findTag } from './tag.js';
import type { SdkPlace } from './video.js';
import { warn } from './warn.js';

/** A plugin in a page. */
export interface Mounted {
  startVideo(): Promise<void>;
  unmount(): void;
}

/** The page's own API, for frameworks; a page with the script tag alone needs none of it. */
export interface AvatarChat {
  /** The same key mounted again at once, as React's strict mode does, is the same plugin. */
  mount(container: Element, options: Pick<Settings, 'key' | 'api'> & Partial<Settings>): Mounted;
  /** Puts the plugin where `said.target` is, also when that comes later; once for each key. */
  place(said: Readonly<Record<string, unknown>>): void;
  /** For a logout: ends what runs and removes what is kept of the visitor. The next begins anew. */
  forget(): void;
}

/** What a script tag without attributes waits for: a page's own code may call `mount`. */
const UNUSED_MS = 3_000;

const tag = findTag();
const standings = new Map<string, Standing>();

const changes = new MutationObserver(() => {
  for (const standing of standings.values()) standing.settle();
});

function watch(root: Node): void {
  changes.observe(root, { childList: true, subtree: true });
}

const avatarChat: AvatarChat = {
  mount(container, said) {
    const options = isPlace(container) ? read({ ...said }) : null;
    if (options === null) return { startVideo: async () => undefined, unmount: () => undefined };
    const findPlace = (): Element | null => (container.isConnected ? container : null);
    const standing = standings.get(options.key) ?? new Standing(options, watch, findPlace);
    standings.set(options.key, standing);
    standing.move(findPlace);
    return {
      startVideo: () => standing.startVideo(),
      unmount: () => {
        // A page that has mounted it elsewhere meanwhile keeps it there.
        if (standing.findPlace === findPlace) standing.takeOut();
      },
    };
  },
  place(said) {
    const options = read(said);
    if (options === null || standings.has(options.key)) return;
    const standing = new Standing(options, watch, targetOf(options.target));
    standings.set(options.key, standing);
    standing.settle();
  },
  forget() {
    for (const standing of standings.values()) standing.end();
    emptyMemory();
    for (const standing of standings.values()) standing.settle();
  },
};

/** Code without types gives selectors, lists of elements, and what it has not found. */
function isPlace(container: unknown): boolean {
  const { nodeType } = (container ?? {}) as Partial<Element>;
  const isFit = nodeType === Node.ELEMENT_NODE && canShow(container as Element);
  if (!isFit) {
    warn(
      'AvatarChat.mount was given no element that the chat could be shown in. Give it one, as document.querySelector("#chat").',
    );
  }
  return isFit;
}

function read(said: Readonly<Record<string, unknown>>) {
  const { settings, problems } = readSettings(said);
  for (const problem of problems) warn(problem);
  if (settings === null || hasNoOrigin()) return null;
  const { sdkUrl } = settings;
  const sdk = sdkUrl === undefined ? besideTag() : { url: new URL(sdkUrl, document.baseURI).href };
  return { ...settings, sdk };
}

/** The part for video that was built with this script, or the one that has taken its place. */
function besideTag(): SdkPlace {
  const at = (name: string): string => new URL(name, new URL(tag.src, document.baseURI)).href;
  const { name, integrity, latest } = SDK_FILE;
  const isReplaceable = latest !== undefined && !tag.isPinned;
  return { url: at(name), integrity, latestUrl: isReplaceable ? at(latest) : undefined };
}

/** Neither service answers a frame that is nobody's: it may be anybody's. */
function hasNoOrigin(): boolean {
  const isOpaque = self.origin === 'null';
  if (isOpaque) {
    warn(
      'This page or frame has no origin of its own, so it is refused. Give the frame sandbox="… allow-same-origin", or open the page by https.',
    );
  }
  return isOpaque;
}

/** A script that stands twice, or that a page runs again, finds the first. */
function isAvatarChat(value: unknown): value is AvatarChat {
  return typeof (value as Partial<AvatarChat> | null | undefined)?.place === 'function';
}

function begin(first: AvatarChat): void {
  const scope = window as { avatarChatSettings?: object };
  const said = tag.said({ ...scope.avatarChatSettings });
  if ('key' in said || 'api' in said) return first.place(said);
  setTimeout(() => {
    if (standings.size === 0) first.place(said);
  }, UNUSED_MS);
}

const { AvatarChat: found } = window as { AvatarChat?: unknown };
const first = isAvatarChat(found) ? found : avatarChat;
if (first === avatarChat) {
  Object.defineProperty(window, 'AvatarChat', {
    value: avatarChat,
    configurable: true,
    writable: true,
  });
  watch(document);
  shieldKeys();
}
if (document.readyState === 'loading') {
  document.addEventListener('DOMContentLoaded', () => begin(first), { once: true });
} else {
  begin(first);
}
