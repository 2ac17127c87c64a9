import type { Session } from '../../../../apps/ilianaai-avatar/src/session-record/session.js';

export interface LaneOptions {
  /** Sessions worked on at the same time, in all and of one account. */
  readonly parallel: number;
  readonly perAccount: number;
  /** The next due sessions of any account but these, at most so many. */
  readonly look: (limit: number, notAccounts: readonly string[]) => Promise<Session[]>;
  /** Claims one of them; null when somebody else was faster. */
  readonly claim: (due: Session) => Promise<Session | null>;
  /** Works on a claimed session. @returns the record afterwards, or null when the lease was lost */
  readonly work: (session: Session) => Promise<Session | null>;
  /** How long until a settled session is due again in this lane, in milliseconds; null for never. */
  readonly dueInMs: (settled: Session) => number | null;
  /** Whether it makes sense to claim at all. */
  readonly isOpen: () => boolean;
  /** Whether a lease that was kept still stands. */
  readonly isHeld: (session: Session) => boolean;
  /** Gives back a lease that was kept for a next step. */
  readonly release: (held: Session) => Promise<unknown>;
  /** Takes over a session whose lease its step has kept for a next one. */
  readonly handOn: (held: Session) => void;
  readonly onError: (error: unknown) => void;
  /** A settled session that is due again within this time is not left to the next poll. */
  readonly pollMs: number;
}

/**
 * Claims and works off due sessions with bounded parallelism, fair between accounts: one that has
 * its share is passed over until one of its sessions is done.
 */
export class Lane {
  private readonly busy = new Map<string, number>();
  private readonly works = new Set<Promise<void>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  /** Held already, and due in a moment. */
  private readonly waiting = new Map<Session, NodeJS.Timeout>();
  private readonly releases = new Set<Promise<void>>();
  private filling: Promise<void> | null = null;
  private askedAgain = false;
  private closed = false;

  constructor(private readonly options: LaneOptions) {}

  /** Claims what is due until nothing is, or until the lane is full. Returns at once. */
  fill(): void {
    if (this.filling) {
      this.askedAgain = true;
      return;
    }
    this.filling = this.claimAll().finally(() => {
      this.filling = null;
      if (this.askedAgain && !this.closed) {
        this.askedAgain = false;
        this.fill();
      }
    });
  }

  /** Whether a session of this account could be worked on now. */
  hasRoomFor(accountId: string): boolean {
    if (this.closed || !this.options.isOpen()) return false;
    const share = this.busy.get(accountId) ?? 0;
    return this.works.size < this.options.parallel && share < this.options.perAccount;
  }

  /**
   * Goes on with a session whose lease was kept for this lane, once it is due. Where there is no
   * room for it then, the lease is given back and it is found like any other.
   */
  take(held: Session): void {
    const waitMs = this.options.dueInMs(held) ?? 0;
    if (waitMs <= 0 || this.closed) return this.takeNow(held);
    const timer = setTimeout(() => this.takeNow(held), waitMs);
    this.waiting.set(held, timer);
  }

  /**
   * Claims nothing more and waits for the works under way, and for one that is being claimed at
   * this moment: left behind, its lease would hold it up on every replica until it runs out.
   */
  async close(): Promise<void> {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    for (const [held, timer] of this.waiting) {
      clearTimeout(timer);
      this.takeNow(held);
    }
    await this.filling;
    await Promise.all(this.works);
    await Promise.all(this.releases);
  }

  private takeNow(held: Session): void {
    this.waiting.delete(held);
    // Slept through: somebody else has it by now, or will.
    if (!this.options.isHeld(held)) return;
    if (this.hasRoomFor(held.accountId)) this.begin(held);
    else this.release(held);
  }

  private release(held: Session): void {
    const release = this.options
      .release(held)
      .catch((error: unknown) => this.options.onError(error))
      .then(() => void this.releases.delete(release));
    this.releases.add(release);
  }

  private async claimAll(): Promise<void> {
    const { options } = this;
    try {
      for (;;) {
        const room = options.parallel - this.works.size;
        if (this.closed || room <= 0 || !options.isOpen()) return;
        const due = await options.look(room, this.fullAccounts());
        if (this.closed) return;
        await this.claimThese(this.withinShares(due));
        // Fewer than asked for: that was all.
        if (due.length < room) return;
      }
    } catch (error) {
      options.onError(error);
    }
  }

  /**
   * All at once; one that fails does not keep the others from their work.
   * @throws the first failure: a database that takes no claims is not asked again before the poll
   */
  private async claimThese(due: readonly Session[]): Promise<void> {
    const claims = await Promise.allSettled(due.map((session) => this.options.claim(session)));
    for (const claim of claims) {
      if (claim.status === 'fulfilled' && claim.value) this.begin(claim.value);
    }
    const failed = claims.find((claim) => claim.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Those that leave their accounts within their share. */
  private withinShares(due: readonly Session[]): Session[] {
    const counts = new Map(this.busy);
    return due.filter(({ accountId }) => {
      const count = counts.get(accountId) ?? 0;
      counts.set(accountId, count + 1);
      return count < this.options.perAccount;
    });
  }

  private begin(session: Session): void {
    const { accountId } = session;
    this.busy.set(accountId, (this.busy.get(accountId) ?? 0) + 1);
    const work = this.workOff(session).then((settled) => {
      this.works.delete(work);
      this.freeAccount(accountId);
      if (settled && this.options.isHeld(settled)) this.options.handOn(settled);
      else if (settled) this.lookAgainSoon(settled);
      if (!this.closed) this.fill();
    });
    this.works.add(work);
  }

  private async workOff(session: Session): Promise<Session | null> {
    try {
      return await this.options.work(session);
    } catch (error) {
      this.options.onError(error);
      return null;
    }
  }

  private lookAgainSoon(settled: Session): void {
    const waitMs = this.options.dueInMs(settled);
    if (waitMs === null || waitMs > this.options.pollMs * 3 || this.closed) return;
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        this.fill();
      },
      Math.max(0, waitMs),
    );
    this.timers.add(timer);
  }

  private freeAccount(accountId: string): void {
    const left = (this.busy.get(accountId) ?? 1) - 1;
    if (left > 0) this.busy.set(accountId, left);
    else this.busy.delete(accountId);
  }

  private fullAccounts(): string[] {
    const full = [...this.busy].filter(([, count]) => count >= this.options.perAccount);
    return full.map(([accountId]) => accountId);
  }
}
