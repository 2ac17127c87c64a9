/** What the customer has written into the page. */
export interface Tag {
  /** The script's own address; empty where it stands in the page itself. */
  readonly src: string;
  readonly said: Readonly<Record<string, string>>;
}

/** Written by hand, or left by what an optimiser makes of a script. */
const TAGS = ['script[data-key^="SE_"]', 'script[src*="plugin.js"]'] as const;

/** To be called while the script runs: only then the browser says which tag it belongs to. */
export function findTag(): Tag | null {
  const current = document.currentScript as HTMLScriptElement | null;
  // A module, an optimiser's script and a tag manager's have none, or one that says nothing.
  const isTelling = current !== null && ('key' in current.dataset || 'api' in current.dataset);
  const found = isTelling
    ? current
    : TAGS.map((selector) => document.querySelector<HTMLScriptElement>(selector)).find(Boolean);
  const script = found ?? current;
  if (script === null) return null;
  const src = current?.src || script.src || script.dataset['src'] || '';
  const { key, api, name, target, heartbeatSeconds, sdkUrl } = script.dataset;
  const all = { key, api, name, target, heartbeatSeconds, sdkUrl };
  const said = Object.entries(all).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { src, said: Object.fromEntries(said) };
}
