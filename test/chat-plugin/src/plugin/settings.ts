import { siteOf } from './addresses.js';

/** What a page says about the plugin that it wants. */
export interface Settings {
  /** The customer's key, which stands in the page and proves nothing. */
  readonly key: string;
  /** Petya's address. */
  readonly api: string;
  /** What the assistant is called. */
  readonly name: string;
  /** A selector; the plugin stands in the first element that it finds. */
  readonly target: string;
  readonly heartbeatSeconds: number;
  /** The address of the part for video, where it is not beside the plugin. */
  readonly sdkUrl: string | undefined;
  /** Where the site's own server says who is logged in; undefined where nobody logs in. */
  readonly userUrl: string | undefined;
}

export interface ReadSettings {
  /** Null where the plugin cannot work with what was said. */
  readonly settings: Settings | null;
  /** For the page's developer: what is wrong, and what to write. */
  readonly problems: readonly string[];
}

/** As the avatar service takes promises of the next heartbeat. */
const HEARTBEATS = { least: 5, most: 120, usual: 15 } as const;

const EXAMPLE =
  '<script defer src="…/plugin.js" data-key="SE_…" data-api="https://…"></script>, or window.avatarChatSettings = { key: "SE_…", api: "https://…" } before the script where attributes are taken away';

/**
 * Reads what stands in the script tag's attributes, in `window.avatarChatSettings`, or in a call of
 * the page's own code.
 * @param said by the names of `Settings`; text as people write it
 */
export function readSettings(said: Readonly<Record<string, unknown>>): ReadSettings {
  if (textOf(said['key']) === '' && textOf(said['api']) === '') {
    return { settings: null, problems: [`data-key and data-api are missing. Write ${EXAMPLE}.`] };
  }
  const problems: string[] = [];
  const key = readKey(textOf(said['key']), problems);
  const api = readApi(textOf(said['api']), problems);
  const heartbeatSeconds = readHeartbeat(said['heartbeatSeconds'], problems);
  if (key === null || api === null) return { settings: null, problems };
  const settings = {
    key,
    api,
    heartbeatSeconds,
    name: textOf(said['name']) || 'our assistant',
    target: textOf(said['target']) || 'body',
    sdkUrl: readSdkUrl(textOf(said['sdkUrl']), problems),
    userUrl: readUserUrl(textOf(said['userUrl']), problems),
  };
  return { settings, problems };
}

function readKey(key: string, problems: string[]): string | null {
  if (key.startsWith('SK_')) {
    problems.push(
      'data-key holds a secret key, which must stand in no page. Revoke it, and write your customer key: data-key="SE_…".',
    );
    return null;
  }
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  problems.push(
    key === ''
      ? 'data-key is missing. Write your customer key: data-key="SE_…".'
      : `data-key="${key}" is no key. Write your customer key: data-key="SE_…".`,
  );
  return null;
}

function readApi(api: string, problems: string[]): string | null {
  const url = /^https?:\/\/[^\s/?#]+[^\s?#]*$/i.test(api) ? parse(api) : null;
  if (url !== null && url.username === '' && url.password === '') return siteOf(api);
  const site = api.replace(/^([a-z]+:)?\/*/i, '');
  const isWhole = /^https?:/i.test(api) || site === '';
  const example = `data-api="https://${isWhole ? '…' : site}"`;
  if (api === '') problems.push(`data-api is missing. Write the address of Petya: ${example}.`);
  else if (url !== null) problems.push(`data-api names a user. Write it without: ${example}.`);
  else problems.push(`data-api="${api}" is no address. Write it whole: ${example}.`);
  return null;
}

/** As everywhere in a page, it may be said by a part of it only. */
function readSdkUrl(sdkUrl: string, problems: string[]): string | undefined {
  if (sdkUrl === '') return undefined;
  if (parse(sdkUrl, 'https://page.example/') !== null) return sdkUrl;
  problems.push(
    `data-sdk-url="${sdkUrl}" is no address, so the part beside the plugin is used. Write data-sdk-url="https://…/avatar-sdk.js".`,
  );
  return undefined;
}

/** Mostly an address of the page's own site, where the cookie of its login goes. */
function readUserUrl(userUrl: string, problems: string[]): string | undefined {
  if (userUrl === '') return undefined;
  if (parse(userUrl, 'https://page.example/') !== null) return userUrl;
  problems.push(
    `data-user-url="${userUrl}" is no address, so nobody is taken for logged in. Write data-user-url="/who-is-logged-in".`,
  );
  return undefined;
}

function parse(address: string, base?: string): URL | null {
  try {
    return new URL(address, base);
  } catch {
    return null;
  }
}

function readHeartbeat(said: unknown, problems: string[]): number {
  const text = textOf(said);
  if (text === '') return HEARTBEATS.usual;
  const seconds = Number(text);
  const { least, most, usual } = HEARTBEATS;
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return seconds;
  problems.push(
    `data-heartbeat-seconds="${text}" is no whole number from ${least} to ${most}, so ${usual} is used. Write data-heartbeat-seconds="${usual}".`,
  );
  return usual;
}

/** Tag managers and templates make text of everything, also of what is not there. */
function textOf(said: unknown): string {
  if (typeof said !== 'string' && typeof said !== 'number') return '';
  const text = String(said).trim();
  return ['undefined', 'null'].includes(text) ? '' : text;
}
