import { afterTime, Refusal } from '#client';
import { warn } from './warn.js';

/** A person who is logged in at the site, as its server has signed them for Petya. */
export interface SiteUser {
  /** The site's own id of the person. */
  readonly userId: string;
  /** Only a server that has the account's secret key can make it; lasts as long as that key. */
  readonly userHash: string;
}

/** Tells who is logged in; null where nobody is, and where the site does not say. */
export type AskSiteUser = () => Promise<SiteUser | null>;

/** The site's page is there already: its server answers. */
const DEADLINE_MS = 5_000;

/** As Petya takes the id. */
const LONGEST_BYTES = 200;

/**
 * Asks the site's own server, once: whoever logs in or out loads another page. It is no part of the
 * page itself, which a cache may give to others.
 * @param url undefined where nobody logs in
 */
export function siteUserAt(url: string | undefined): AskSiteUser {
  let asked: Promise<SiteUser | null> | undefined;
  return () => (asked ??= url === undefined ? Promise.resolve(null) : askAt(url));
}

/** Whether Petya does not take a person's signature. */
export function isUnsigned(error: unknown): error is Refusal {
  return error instanceof Refusal && error.problem === 'user_hash_invalid';
}

async function askAt(url: string): Promise<SiteUser | null> {
  const { status, body } = await post(url);
  const user = readSiteUser(body);
  if (user !== undefined) return user;
  warn(
    `data-user-url="${url}" does not say who is logged in (${status}), so nobody is. Answer {"userId": "…", "userHash": "…"}, both as text, or {} where nobody is.`,
  );
  return null;
}

interface Answered {
  readonly status: string;
  readonly body: unknown;
}

/** No cache keeps what is posted. The cookie of the login goes along, to another host of the site, too. */
async function post(url: string): Promise<Answered> {
  try {
    const signal = afterTime(DEADLINE_MS);
    const answer = await fetch(url, { method: 'POST', credentials: 'include', signal });
    const body: unknown = answer.ok ? await answer.json().catch(() => undefined) : undefined;
    return { status: `status ${answer.status}`, body };
  } catch {
    return { status: 'no answer', body: undefined };
  }
}

/** @returns null where nobody is logged in, undefined where it is no answer */
export function readSiteUser(answer: unknown): SiteUser | null | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { userId, userHash } = answer as Readonly<Record<string, unknown>>;
  if (userId === undefined && userHash === undefined) return null;
  return isUserId(userId) && isHash(userHash) ? { userId, userHash } : undefined;
}

function isUserId(value: unknown): value is string {
  if (typeof value !== 'string' || value === '') return false;
  return new TextEncoder().encode(value).length <= LONGEST_BYTES;
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value);
}
