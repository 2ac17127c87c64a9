import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { delay, describeCause, isDatabaseFault, keyDigest, sharedAbort } from '#platform';
import { type Caller, isServer } from '../auth/caller.js';
import type { SessionNames } from './domain/session-names.js';
import { patiently } from './store/patiently.js';

/** Wishes that wait: at most so many, for so long. No session runs longer that nobody is seen in. */
const MAX_WISHES = 10_000;
const WISH_MS = 600_000;

/**
 * Of them from callers who have nothing but a key that stands in a page, and may name any session: at
 * most so many, of one account and of all. Beside them there is room for whoever holds a session.
 */
const MAX_OF_ACCOUNT = 500;
const MAX_OF_PAGES = 5_000;

/** So often it is told how many found no room. */
const TELL_MS = 10_000;

/** Longest that a process which goes waits for a last attempt. */
const LAST_MS = 5_000;

/** What is to be known of a wish beside what it does. */
export interface WishSettings {
  /** As of `shareOf`. */
  readonly share?: string | null;
  /** What the log calls the session that it is about, as far as that is known by then. */
  readonly names?: () => Partial<SessionNames>;
  /** When it is first tried. */
  readonly afterMs?: number;
}

const NO_NAMES = (): Partial<SessionNames> => ({});

/**
 * What ends a session and the database could not take. Whoever wanted it was told so, but its page
 * may be gone before it hears that, and the session costs money; so it is tried again without it.
 */
@Injectable()
export class OwedWishes implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Wishes');
  private readonly closing = sharedAbort();
  private readonly owed = new Map<string, Promise<void>>();
  /** By account: wishes that wait and count to its share. */
  private readonly shares = new Map<string, number>();
  private ofPages = 0;
  /** Since it was last told. */
  private dropped = 0;
  private toldAtMs = -Infinity;

  /**
   * Does it, and where the database is away, does it again when it is back.
   * @param name says what is wanted and by whom: one that waits already is not taken a second time
   * @throws what the first attempt throws
   */
  async run<T>(name: string, wish: () => Promise<T>, settings: WishSettings = {}): Promise<T> {
    try {
      return await wish();
    } catch (error) {
      if (isDatabaseFault(error)) void this.oweOf(name, wish, settings);
      throw error;
    }
  }

  /**
   * Does it when the database can take it.
   * @returns when it is done or given up. It never rejects.
   */
  async owe(
    name: string,
    wish: () => Promise<unknown>,
    settings: WishSettings = {},
  ): Promise<void> {
    const known = this.owed.get(name);
    if (known) return known;
    if (this.owed.size >= MAX_WISHES) return this.drop();
    const trying = this.fulfil(name, wish, settings).finally(() => void this.owed.delete(name));
    this.owed.set(name, trying);
    return trying;
  }

  private async oweOf(
    name: string,
    wish: () => Promise<unknown>,
    settings: WishSettings,
  ): Promise<void> {
    const { share = null } = settings;
    if (share === null) return this.owe(name, wish, settings);
    if (this.owed.has(name)) return;
    const ofAccount = this.shares.get(share) ?? 0;
    const isFull = ofAccount >= MAX_OF_ACCOUNT || this.ofPages >= MAX_OF_PAGES;
    if (isFull) return this.drop();
    this.shares.set(share, ofAccount + 1);
    this.ofPages += 1;
    await this.owe(name, wish, settings);
    this.ofPages -= 1;
    const left = (this.shares.get(share) ?? 1) - 1;
    if (left > 0) this.shares.set(share, left);
    else this.shares.delete(share);
  }

  /** What waits for its next attempt has it now. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closing.abort();
    const patience = new AbortController();
    const waited = delay(LAST_MS, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.owed.values()), waited]);
    patience.abort();
  }

  private async fulfil(
    name: string,
    wish: () => Promise<unknown>,
    { afterMs = 0, names = NO_NAMES }: WishSettings,
  ): Promise<void> {
    const { signal } = this.closing;
    await delay(afterMs, { signal, ref: false }).catch(() => undefined);
    try {
      await patiently(wish, performance.now() + WISH_MS, signal);
    } catch (error) {
      // The rest of the name says who wants it.
      const [wishGivenUp] = name.split(' ');
      this.logger.warn({ wishGivenUp, ...names(), cause: describeCause(error) });
    }
  }

  /** There is no room for it. A line for each would be a line for each call of a flood. */
  private drop(): void {
    this.dropped += 1;
    const nowMs = performance.now();
    if (nowMs - this.toldAtMs < TELL_MS) return;
    this.logger.warn({ wishesDropped: this.dropped });
    this.dropped = 0;
    this.toldAtMs = nowMs;
  }
}

/** Names whoever calls, apart from everybody with other rights, and holds no token of theirs. */
export function nameOf(caller: Caller): string {
  if (caller.kind === 'session') return `session ${caller.claims.sessionId} ${caller.claims.grant}`;
  const { account, token, visitorToken } = caller;
  const proof = visitorToken === null ? '' : keyDigest(visitorToken);
  return ['key', account.accountId, account.keyKind, token?.id, proof].join(' ');
}

/**
 * Whose share of the wishes a caller's take: its account's where it has a key that stands in a page,
 * so that a stranger with one leaves room for everybody else. Null for whoever holds more.
 */
export function shareOf(caller: Caller): string | null {
  if (caller.kind === 'session' || isServer(caller)) return null;
  return caller.account.accountId;
}
