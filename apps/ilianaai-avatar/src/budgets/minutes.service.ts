import { Injectable, Logger } from '@nestjs/common';
import { boundedBy, describeCause } from '#platform';
import { LRUCache } from 'lru-cache';
import type { Account } from '../accounts/account.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { AvatarError } from '../errors.js';
import { type Caps, capsOf, periodsOf } from '../sessions/domain/caps.js';
import type { Session } from '../sessions/domain/session.js';
import { later } from '../sessions/domain/session-timing.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import {
  type Found,
  hasRoom,
  justFound,
  type Left,
  leftOf,
  startingBefore,
  surelyLeft,
  warningsOf,
} from './minutes.js';
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
  private readonly reads = new Map<string, Promise<StartedSession[]>>();
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
    return { left: this.judge(accountId, caps, settled, started, now).left, started };
  }

  /** What is left of the periods that a running session belongs to. */
  async lookFor(
    { accountId }: Pick<Session, 'accountId'>,
    startedAt: Date,
    caps: Caps,
  ): Promise<{ readonly left: Left; readonly running: number }> {
    const now = this.clock.now();
    // Sessions of an account that look at the same moment share what was found.
    const recent = justFound(this.found.get(accountId) ?? null, caps, startedAt, now);
    if (recent) return recent;
    const settled = this.settledOf(accountId, caps, now);
    const { day } = periodsOf(caps, now);
    if (startedAt >= day.from) {
      const started = await this.share(accountId, readFrom(settled, caps, now), now);
      return this.judge(accountId, caps, settled, started, now);
    }
    return this.lookBack(accountId, caps, settled, startedAt, now);
  }

  /** For one that runs on from an earlier day: that day anew, and the month by what is known of it. */
  private async lookBack(
    accountId: string,
    caps: Caps,
    settled: Settled | null,
    startedAt: Date,
    now: Date,
  ): Promise<{ readonly left: Left; readonly running: number }> {
    const { day, month } = periodsOf(caps, startedAt);
    const isOfMonth = month.to > now;
    const known = isOfMonth ? settled : null;
    const since = readFrom(known, caps, isOfMonth ? now : startedAt);
    const from = since < day.from ? since : day.from;
    const started = await this.share(accountId, from, now);
    const ofDay = addUp(null, started, caps, startedAt, now);
    const ofMonth = addUp(known, started, caps, startedAt, now);
    const spent = { ...ofDay, monthSeconds: ofMonth.monthSeconds };
    return { left: leftOf(caps, spent), running: spent.running };
  }

  /**
   * For a session whose record says that it is being started: what was left when its token was made may
   * be used up, or be meant for others that are being started.
   * @throws AvatarError `minutes_used_up`
   */
  async refuseUsedUp(session: Session): Promise<void> {
    const { accountId, config } = session;
    const { caps } = config;
    if (!caps) return;
    const now = this.clock.now();
    if (this.sureOf(accountId, caps, config.maxSessionSeconds, now)) return;
    const settled = this.settledOf(accountId, caps, now);
    const [started, live] = await Promise.all([
      this.read(accountId, readFrom(settled, caps, now), now),
      this.sessions.listLive(accountId),
    ]);
    const { left } = this.judge(accountId, caps, settled, started, now);
    if (!hasRoom(left, startingBefore(session, live), now)) throw usedUp(left, now);
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

  /** As `read`; whoever comes while it goes on shares it. */
  private share(accountId: string, from: Date, now: Date): Promise<StartedSession[]> {
    const name = `${accountId} ${from.getTime()}`;
    const running = this.reads.get(name) ?? this.read(accountId, from, now);
    this.reads.set(name, running);
    const done = () => void this.reads.delete(name);
    running.then(done, done);
    return running;
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
    now: Date,
  ): { left: Left; running: number } {
    const spent = addUp(settled, started, caps, now, now);
    const left = leftOf(caps, spent);
    this.keep(accountId, settle(settled, started, caps, now, performance.now()));
    this.found.set(accountId, { caps, left, running: spent.running, at: now });
    this.warn(accountId, caps, spent);
    return { left, running: spent.running };
  }

  /** Once for each period and limit, by each replica. */
  private warn(accountId: string, caps: Caps, spent: Spent): void {
    for (const { period, percent } of warningsOf(caps, spent)) {
      const { name } = spent[period];
      const limit = period === 'day' ? caps.perDay : caps.perMonth;
      const warning = `${name} ${limit}`;
      if (this.warned.get(`${accountId} ${period}`) === warning) continue;
      this.warned.set(`${accountId} ${period}`, warning);
      this.logger.warn({ minutesAlmostUsed: accountId, percent, of: name });
    }
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
