import { Chat, type ChatOptions } from './chat.js';

/** A plugin in a page. */
export interface Mounted {
  startVideo(): Promise<void>;
  unmount(): void;
}

/** The page's own API, for frameworks; a page with the script tag alone needs none of it. */
export interface AvatarChat {
  /** The same key mounted again at once, as React's strict mode does, is the same plugin. */
  mount(
    container: Element,
    options: Pick<ChatOptions, 'key' | 'api'> & Partial<ChatOptions>,
  ): Mounted;
}

/** How long a plugin that was taken out of the page may still be put back. */
const REMOUNT_MS = 1_000;

const scriptUrl = (document.currentScript as HTMLScriptElement | null)?.src ?? location.href;
const chats = new Map<string, Entry>();

interface Entry {
  readonly chat: Chat;
  readonly loaded: Promise<void>;
  closing?: ReturnType<typeof setTimeout>;
}

const avatarChat: AvatarChat = {
  mount(container, options) {
    const entry = chats.get(options.key) ?? newEntry(options);
    clearTimeout(entry.closing);
    container.append(entry.chat.host);
    return {
      startVideo: async () => {
        await entry.loaded;
        await entry.chat.startVideo();
      },
      unmount: () => {
        entry.chat.host.remove();
        entry.closing = setTimeout(() => {
          chats.delete(options.key);
          void entry.chat.close();
        }, REMOUNT_MS);
      },
    };
  },
};

function newEntry(options: Parameters<AvatarChat['mount']>[1]): Entry {
  const chat = new Chat({
    name: 'our assistant',
    sdkUrl: new URL('avatar-sdk.js', scriptUrl).href,
    heartbeatSeconds: 15,
    ...options,
  });
  const entry = { chat, loaded: chat.load() };
  chats.set(options.key, entry);
  return entry;
}

/** `<script src="…/plugin.js" data-key="SE_…" data-api="…" data-target="#chat">` */
function mountByTag(script: HTMLOrSVGScriptElement | null): void {
  const { key, api, name, target, heartbeatSeconds } = script?.dataset ?? {};
  if (key === undefined || api === undefined) return;
  const container = document.querySelector(target ?? 'body');
  if (container === null) return;
  avatarChat.mount(container, {
    key,
    api,
    ...(name === undefined ? {} : { name }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds: Number(heartbeatSeconds) }),
  });
}

const tag = document.currentScript;
Object.assign(window, { AvatarChat: avatarChat });
if (document.readyState === 'loading') {
  document.addEventListener('DOMContentLoaded', () => mountByTag(tag), { once: true });
} else {
  mountByTag(tag);
}
