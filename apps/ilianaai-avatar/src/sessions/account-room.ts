import { Injectable } from '@nestjs/common';
import { DEFAULT_SAME_VISITOR } from '#contracts';
import { type AppError, rateLimited, tooMany } from '#platform';
import type { Account } from '../accounts/account.js';
import { hasRoom, type Left } from '../budgets/minutes.js';
import { type Look, MinutesService, usedUp } from '../budgets/minutes.service.js';
import { type TooManyStarts, tooManyStarts } from '../budgets/starts.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import { OpeningService } from '../opening/opening.service.js';
import type { Session } from './domain/session.js';
import { noShowAt } from './domain/session-timing.js';
import { freeSlot } from './new-session.js';
import { type Encounter, meetSameVisitor } from './same-visitor.js';
import { askerOf, type SlotRequest } from './slot-request.js';

/** How long a caller waits before a slot may have become free. */
const FULL_RETRY_SECONDS = 5;

/** What a request meets among its account's live sessions. */
export type Finding =
  Exclude<Encounter, { kind: 'none' }> | { readonly kind: 'free'; readonly slot: number } | Refused;

/** Why there is no room for a session. */
export type Refused =
  | { readonly kind: 'full' }
  /** An operator lets nobody open a session, for so many seconds as far as can be told. */
  | { readonly kind: 'paused'; readonly seconds: number }
  /** The account's minutes are used up, or promised to others. */
  | { readonly kind: 'spent'; readonly left: Left }
  /** Its visitor or its address has started as many as it may. */
  | { readonly kind: 'often'; readonly starts: TooManyStarts }
  /** Its address has as many unstarted ones as it may; one of them is given up then. */
  | { readonly kind: 'crowded'; readonly until: Date };

/** Which room an account has for one more session: slots, minutes, and what one visitor may have. */
@Injectable()
export class AccountRoom {
  constructor(
    private readonly config: AvatarConfig,
    private readonly minutes: MinutesService,
    private readonly clock: DatabaseClock,
    private readonly opening: OpeningService,
  ) {}

  /** Most seconds of any session, whatever its account says. */
  get maxSessionSeconds(): number {
    return this.config.budgets.maxSessionSeconds;
  }

  /**
   * What an account has used; read while its live sessions are listed. One that begins or ends between
   * the two counts by either of them: what was started stays so, and what lives holds its place.
   */
  async look(account: Account): Promise<Look | null> {
    const ready = this.opening.ready();
    if (ready) await ready;
    return this.minutes.look(account);
  }

  /** @param live the account's live sessions, as they stood about when it was looked */
  find(wanted: SlotRequest, live: readonly Session[], look: Look | null): Finding {
    const { vendor, caller } = wanted;
    const { limits, sameVisitor = DEFAULT_SAME_VISITOR } = caller.account;
    const atVendor = live.filter((session) => session.vendor === vendor);
    const encounter = meetSameVisitor(atVendor, askerOf(wanted), sameVisitor);
    if (encounter.kind !== 'none' && encounter.kind !== 'replace') return encounter;
    const seconds = this.opening.pausedFor();
    if (seconds !== null) return { kind: 'paused', seconds };
    const others = encounter.kind === 'replace' ? without(live, encounter.session) : live;
    const barred = look && this.barred(wanted, others, look);
    // What runs is not ended for one that would not begin.
    if (barred) return barred;
    if (encounter.kind === 'replace') return encounter;
    const slot = freeSlot(live, limits.maxConcurrentSessions);
    if (slot === null) return { kind: 'full' };
    const until = this.crowdedUntil(caller.opener, live);
    if (until !== null) return { kind: 'crowded', until };
    return { kind: 'free', slot };
  }

  refusalOf(found: Refused, account: Account): AppError {
    const now = this.clock.now();
    switch (found.kind) {
      case 'full':
        return full(account);
      case 'paused':
        return new AvatarError('opening_paused', { retryAfterSeconds: found.seconds });
      case 'spent':
        return usedUp(found.left, now);
      case 'often': {
        const { of, until } = found.starts;
        const what = of === 'visitor' ? tooMany.startedByVisitor : tooMany.started;
        return rateLimited(what, secondsUntil(until, now));
      }
      case 'crowded':
        return rateLimited(tooMany.unstarted, secondsUntil(found.until, now));
    }
  }

  private barred(
    { caller, standing }: SlotRequest,
    live: readonly Session[],
    { left, started }: Look,
  ): Refused | null {
    const now = this.clock.now();
    if (left && !hasRoom(left, live, now)) return { kind: 'spent', left };
    const starter = { visitorId: standing.visitorId, opener: caller.opener };
    const starts = tooManyStarts(caller.account.limits, starter, started, live, now, (each) =>
      noShowAt(each, this.config.budgets),
    );
    return starts && { kind: 'often', starts };
  }

  /** Null while an address may open another one; all who come at once want the same slot. */
  private crowdedUntil(opener: string | null, live: readonly Session[]): Date | null {
    const { unstartedPerAddress, budgets } = this.config;
    if (unstartedPerAddress === 0 || opener === null) return null;
    const unstarted = live.filter(
      (each) => each.opener === opener && (each.state === 'creating' || each.state === 'created'),
    );
    if (unstarted.length < unstartedPerAddress) return null;
    const ends = unstarted.map((each) => noShowAt(each, budgets).getTime());
    return new Date(Math.min(...ends));
  }
}

function without(live: readonly Session[], session: Session): readonly Session[] {
  return live.filter(({ id }) => id !== session.id);
}

function secondsUntil(until: Date, now: Date): number {
  return Math.max(1, (until.getTime() - now.getTime()) / 1000);
}

function full(account: Account): AvatarError {
  return new AvatarError('account_full', {
    params: { count: String(account.limits.maxConcurrentSessions) },
    retryAfterSeconds: FULL_RETRY_SECONDS,
  });
}
