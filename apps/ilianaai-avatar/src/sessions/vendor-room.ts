import { Injectable } from '@nestjs/common';
import { AvatarConfig } from '../config/avatar-config.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { AvatarError } from '../errors.js';
import { LIVE_STATES } from './domain/session-states.js';
import { later } from './domain/session-timing.js';
import type { Session } from './domain/session.js';
import { placeFreeAt } from './store/session-filters.js';
import { SessionStore } from './store/session-store.service.js';
import type { VendorName } from '../vendors/vendor.js';
import { mayHaveOne } from './vendor-share.js';

/** An account that was turned away waits for a place for so long. */
const WAIT_SECONDS = 60;

/** How long a look at who waits is good for. */
const LOOK_MS = 250;

/** Bounds of what a caller is told to wait for a place. */
const LEAST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 60;

/** The sessions that are looked through for the next end. */
const OLDEST = 100;

/** Shares the sessions that the vendor runs at once out among the accounts. */
@Injectable()
export class VendorRoom {
  private looked: { readonly waiting: Promise<Set<string>>; readonly untilMs: number } | null =
    null;

  constructor(
    private readonly config: AvatarConfig,
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * Judges a session whose record stands: of those that come at once the earlier has the place.
   * @throws AvatarError `vendor_full` with when the next place becomes free
   */
  async claim(session: Session): Promise<void> {
    const max = this.config.liveAvatar.maxSessions;
    if (max === 0 || session.vendor !== 'liveavatar') return;
    const live = await this.sessions.countLiveBefore(session);
    const waiting = await this.waiting(session.vendor);
    if (mayHaveOne(session.accountId, { max, live, waiting })) return;
    throw new AvatarError('vendor_full', { retryAfterSeconds: await this.waitSeconds(session) });
  }

  /** Of the last moment: many who are turned away at once share a look. */
  private waiting(vendor: VendorName): Promise<Set<string>> {
    const now = performance.now();
    if (this.looked && now < this.looked.untilMs) return this.looked.waiting;
    const since = later(this.clock.now(), -WAIT_SECONDS);
    const waiting = this.sessions.listTurnedAway(vendor, since);
    this.looked = { waiting, untilMs: now + LOOK_MS };
    waiting.catch(() => (this.looked = null));
    return waiting;
  }

  private async waitSeconds(session: Session): Promise<number> {
    const now = this.clock.now().getTime();
    const live = await this.sessions.listByState(LIVE_STATES, { limit: OLDEST, after: null });
    const ends = live
      .filter(({ id, vendor }) => id !== session.id && vendor === session.vendor)
      .map((each) => placeFreeAt(each)?.getTime() ?? Infinity);
    const seconds = Math.ceil((Math.min(Infinity, ...ends) - now) / 1000);
    return Math.min(LONGEST_WAIT_SECONDS, Math.max(LEAST_WAIT_SECONDS, seconds));
  }
}
