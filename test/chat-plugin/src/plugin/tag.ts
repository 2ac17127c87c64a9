type Said = Readonly<Record<string, unknown>>;

/** What the customer has written into the page. */
export interface Tag {
  /** The script's own address; empty where it stands in the page itself. */
  readonly src: string;
  /** The page takes this one script and no other: it says by which hash. */
  readonly isPinned: boolean;
  /** What the page says in its tag and in `window.avatarChatSettings`. */
  said(settings: Said): Said;
}

/** To be called while the script runs: only then the browser says which tag it belongs to. */
export function findTag(): Tag {
  const running = runningTag();
  const own = saidBy(running);
  const isTelling = 'key' in own || 'api' in own;
  // Left by what an optimiser or a tag manager makes of a script. It may be another script's.
  const other = isTelling ? undefined : findOther(running === undefined);
  return {
    src: running?.src || other?.src || other?.dataset['src'] || '',
    isPinned: Boolean(running?.integrity),
    said: (settings) =>
      'key' in settings ? { ...settings, ...own } : { ...saidBy(other), ...settings, ...own },
  };
}

/** A module has no `currentScript`, but its address stands in an error that it makes. */
function runningTag(): HTMLScriptElement | undefined {
  const { currentScript } = document;
  if (currentScript !== null) return currentScript as HTMLScriptElement;
  const trace = String(new Error().stack);
  return tags('[type="module" i]').find(({ src }) => src !== '' && trace.includes(`${src}:`));
}

function findOther(isUnknown: boolean): HTMLScriptElement | undefined {
  const [withKey] = tags('[data-key^="SE_"]');
  return withKey ?? (isUnknown ? tags('').find(isNamedAsWe) : undefined);
}

/** By the name of the file itself: many a script is called a plugin of something. */
function isNamedAsWe({ src, dataset }: HTMLScriptElement): boolean {
  return /^([^?#]*\/)?plugin\.js([?#]|$)/.test(src || dataset['src'] || '');
}

function tags(more: string): HTMLScriptElement[] {
  return Array.from(document.querySelectorAll<HTMLScriptElement>(`script${more}`));
}

function saidBy(script: HTMLScriptElement | undefined): Said {
  const { key, api, name, target, heartbeatSeconds, sdkUrl, userUrl } = script?.dataset ?? {};
  const all = { key, api, name, target, heartbeatSeconds, sdkUrl, userUrl };
  return Object.fromEntries(Object.entries(all).filter(([, said]) => said !== undefined));
}
