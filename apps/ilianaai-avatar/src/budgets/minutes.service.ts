import { Injectable, Logger } from '@nestjs/common';
import { boundedBy, describeCause } from '#platform';
import { LRUCache } from 'lru-cache';
import type { Account } from '../accounts/account.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { AvatarError } from '../errors.js';
import { type Caps, capsOf, LEAST_SECONDS, periodsOf } from '../sessions/domain/caps.js';
import type { Session } from '../sessions/domain/session.js';
import { later } from '../sessions/domain/session-timing.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import { type Found, type Left, leftOf, surelyLeft, warningOf } from './minutes.js';
import {
  addUp,
  isOutdated,
  readFrom,
  type Settled,
  settle,
  type Spent,
  type StartedSession,
  stillSettled,
} from './spent.js';
import { HOUR_SECONDS, limitsStarts } from './starts.js';

/** Accounts whose sums are remembered; an entry has some hundred bytes. */
const MAX_ACCOUNTS = 5_000;

/** A start may be written with a time that is ahead of ours. */
const AHEAD_SECONDS = 3_600;

/** What an account has started, and what is left for it to use. */
export interface Look {
  /** Null where it may use any. */
  readonly left: Left | null;
  /** The sessions of the last hour at least, where somebody's starts are limited. */
  readonly started: readonly StartedSession[];
}

/**
 * What accounts have used, against what they may use. There is no counter: it is added up from the
 * session records whenever somebody asks, and only what changes no more is remembered.
 */
@Injectable()
export class MinutesService {
  private readonly logger = new Logger('Minutes');
  private readonly settled = new LRUCache<string, Settled>(boundedBy(MAX_ACCOUNTS));
  private readonly found = new LRUCache<string, Found>(boundedBy(MAX_ACCOUNTS));
  private readonly renewing = new Set<string>();
  private readonly warned = new LRUCache<string, string>(boundedBy(MAX_ACCOUNTS));

  constructor(
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * One read of the sessions started lately; none where it is known that enough is left.
   * @returns null where the account limits nothing of it
   */
  async look({ accountId, limits }: Account): Promise<Look | null> {
    const caps = capsOf(limits);
    const isPerStarter = limitsStarts(limits);
    if (caps === null && !isPerStarter) return null;
    const now = this.clock.now();
    const sure =
      caps && !isPerStarter && this.sureOf(accountId, caps, limits.maxSessionSeconds, now);
    if (sure) return { left: sure, started: [] };
    const hourAgo = later(now, -HOUR_SECONDS);
    const settled = caps && this.settledOf(accountId, caps, now);
    const from = caps ? readFrom(settled, caps, now) : hourAgo;
    const started = await this.read(
      accountId,
      isPerStarter && hourAgo < from ? hourAgo : from,
      now,
    );
    if (caps === null) return { left: null, started };
    return { left: this.judge(accountId, caps, settled, started, now, now).left, started };
  }

  /** What is left of the periods that a running session belongs to. */
  async lookFor(
    { accountId }: Pick<Session, 'accountId'>,
    startedAt: Date,
    caps: Caps,
  ): Promise<{ readonly left: Left; readonly spent: Spent }> {
    const now = this.clock.now();
    const settled = this.settledOf(accountId, caps, now);
    // One that runs on from the day before belongs to that.
    const isOfBefore = startedAt < periodsOf(caps, now).day.from;
    const known = isOfBefore ? null : settled;
    const started = await this.read(
      accountId,
      readFrom(known, caps, isOfBefore ? startedAt : now),
      now,
    );
    return this.judge(accountId, caps, known, started, startedAt, now);
  }

  /**
   * For a session that is about to be started: what was left when its token was made may be used up.
   * @throws AvatarError `minutes_used_up`
   */
  async refuseUsedUp(session: Session): Promise<void> {
    const { caps } = session.config;
    if (!caps) return;
    const now = this.clock.now();
    if (this.sureOf(session.accountId, caps, session.config.maxSessionSeconds, now)) return;
    const { left } = await this.lookFor(session, now, caps);
    if (left.seconds < LEAST_SECONDS) throw usedUp(left, now);
  }

  private sureOf(accountId: string, caps: Caps, seconds: number, now: Date): Left | null {
    return surelyLeft(this.found.get(accountId) ?? null, caps, seconds, now);
  }

  private settledOf(accountId: string, caps: Caps, now: Date): Settled | null {
    const nowMs = performance.now();
    const settled = stillSettled(this.settled.get(accountId) ?? null, caps, now, nowMs);
    if (settled && isOutdated(settled, nowMs)) void this.renew(accountId, caps);
    return settled;
  }

  /** Adds everything up anew, while whoever asks goes on with what is known. */
  private async renew(accountId: string, caps: Caps): Promise<void> {
    if (this.renewing.has(accountId)) return;
    this.renewing.add(accountId);
    try {
      const now = this.clock.now();
      const started = await this.read(accountId, readFrom(null, caps, now), now);
      this.keep(accountId, settle(null, started, caps, now, performance.now()));
    } catch (error) {
      this.logger.warn({ notRenewed: accountId, cause: describeCause(error) });
    } finally {
      this.renewing.delete(accountId);
    }
  }

  private keep(accountId: string, sums: Settled | null): void {
    const known = this.settled.get(accountId);
    // Whoever began with the older ones does not bring them back.
    if (sums && (!known || sums.madeAtMs >= known.madeAtMs)) this.settled.set(accountId, sums);
  }

  private async read(accountId: string, from: Date, now: Date): Promise<StartedSession[]> {
    const started: StartedSession[] = [];
    const found = this.sessions.readStarted(accountId, from, later(now, AHEAD_SECONDS));
    for await (const session of found) started.push(session);
    return started;
  }

  private judge(
    accountId: string,
    caps: Caps,
    settled: Settled | null,
    started: readonly StartedSession[],
    startedAt: Date,
    now: Date,
  ): { left: Left; spent: Spent } {
    const spent = addUp(settled, started, caps, startedAt, now);
    const left = leftOf(caps, spent);
    this.keep(accountId, settle(settled, started, caps, now, performance.now()));
    // What is left of a day before says nothing of this one.
    if (spent.day.to > now) {
      this.found.set(accountId, { caps, left, running: spent.running, at: now });
    }
    this.warn(accountId, caps, spent);
    return { left, spent };
  }

  /** Once for each period, by each replica. */
  private warn(accountId: string, caps: Caps, spent: Spent): void {
    const warning = warningOf(caps, spent);
    if (warning === null) return;
    const { name } = spent[warning.period];
    if (this.warned.get(accountId) === name) return;
    this.warned.set(accountId, name);
    this.logger.warn({ minutesAlmostUsed: accountId, percent: warning.percent, of: name });
  }
}

/** The refusal of a session that there are no minutes for. */
export function usedUp({ period, endsAt }: Left, now: Date): AvatarError {
  const waitMs = endsAt.getTime() - now.getTime();
  return new AvatarError('minutes_used_up', {
    params: { period },
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}
