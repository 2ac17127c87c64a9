/** Where jobs are found, and how one of them is claimed, done and given back. `T` is a job's record. */
export interface JobSource<T> {
  /** The next due jobs, the earliest first, at most `limit`; none of the owners in `notOwners`. */
  findDue(limit: number, notOwners: readonly string[]): Promise<T[]>;
  /** Takes the lease of one of them; null when somebody else was faster. */
  claim(due: T): Promise<T | null>;
  /** Does a claimed job. It throws only when nothing could be written; the lease then runs out. */
  run(claimed: T): Promise<JobOutcome>;
  /** Gives back a lease that was kept for a next run. */
  release(kept: T): Promise<unknown>;
}

/** What follows a run. */
export interface JobOutcome {
  /** Time until the job is due again in this pool, in milliseconds; null for never, or not known. */
  readonly dueInMs: number | null;
  /** Hands the job off with the lease that its run has kept; called once its place is free. */
  readonly handOff?: (() => void) | undefined;
}

export interface JobPoolOptions<T> {
  readonly source: JobSource<T>;
  /** Jobs done at the same time, in all and of one owner. */
  readonly parallel: number;
  readonly perOwner: number;
  /** Whose share of the pool a job takes, such as an account's id. */
  readonly ownerOf: (job: T) => string;
  /** Whether it makes sense to claim at all. */
  readonly isOpen: () => boolean;
  /** Whether a lease that was kept still stands. */
  readonly isHeld: (kept: T) => boolean;
  /** @param job that could not be done, or not be given back; none where they could not be looked for */
  readonly onError: (error: unknown, job?: T) => void;
  /** Interval of the polls, in milliseconds: a job that is due again soon is not left to the next one. */
  readonly pollMs: number;
}

/** A job that is due again within so many polls is looked for when it is due. */
const POLLS_AHEAD = 3;

/**
 * Finds, claims and does due jobs with bounded parallelism, fair between their owners: one that has
 * its share is passed over until one of its jobs is done. The records are the queue; several
 * replicas may each run a pool over the same ones.
 */
export class JobPool<T> {
  private readonly busy = new Map<string, number>();
  private readonly runs = new Set<Promise<void>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  /** Leased already, and due in a moment. */
  private readonly waiting = new Map<T, NodeJS.Timeout>();
  private readonly releases = new Set<Promise<void>>();
  private filling: Promise<void> | null = null;
  private wokenAgain = false;
  private closed = false;

  constructor(private readonly options: JobPoolOptions<T>) {}

  /** Claims what is due until nothing is, or until the pool is full. Returns at once. */
  wake(): void {
    if (this.filling) {
      this.wokenAgain = true;
      return;
    }
    this.filling = this.claimAll().finally(() => {
      this.filling = null;
      if (this.wokenAgain && !this.closed) {
        this.wokenAgain = false;
        this.wake();
      }
    });
  }

  /** Whether a job of this owner could be done now. */
  hasRoomFor(owner: string): boolean {
    if (this.closed || !this.options.isOpen()) return false;
    const share = this.busy.get(owner) ?? 0;
    return this.runs.size < this.options.parallel && share < this.options.perOwner;
  }

  /**
   * Resumes a job whose lease was kept for this pool, once it is due. Where there is no room for it
   * then, the lease is given back and the job is found like any other.
   * @param waitMs until it is due; at once when that is over
   */
  resume(kept: T, waitMs: number): void {
    if (waitMs <= 0 || this.closed) return this.resumeNow(kept);
    const timer = setTimeout(() => this.resumeNow(kept), waitMs);
    this.waiting.set(kept, timer);
  }

  /**
   * Claims nothing more and waits for the runs under way, and for a job that is being claimed at
   * this moment: left behind, its lease would hold it up on every replica until it runs out.
   */
  async close(): Promise<void> {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    for (const [kept, timer] of this.waiting) {
      clearTimeout(timer);
      this.resumeNow(kept);
    }
    await this.filling;
    await Promise.all(this.runs);
    await Promise.all(this.releases);
  }

  private resumeNow(kept: T): void {
    this.waiting.delete(kept);
    // Slept through: somebody else has it by now, or will.
    if (!this.options.isHeld(kept)) return;
    if (this.hasRoomFor(this.options.ownerOf(kept))) this.begin(kept);
    else this.release(kept);
  }

  private release(kept: T): void {
    const release = this.options.source
      .release(kept)
      .catch((error: unknown) => this.options.onError(error, kept))
      .then(() => void this.releases.delete(release));
    this.releases.add(release);
  }

  private async claimAll(): Promise<void> {
    const { source, parallel, isOpen, onError } = this.options;
    try {
      for (;;) {
        const room = parallel - this.runs.size;
        if (this.closed || room <= 0 || !isOpen()) return;
        const due = await source.findDue(room, this.fullOwners());
        if (this.closed) return;
        await this.claimThese(this.withinShares(due));
        // Fewer than asked for: that was all.
        if (due.length < room) return;
      }
    } catch (error) {
      onError(error);
    }
  }

  /**
   * All at once; one that fails does not keep the others from being done.
   * @throws the first failure: a database that takes no claims is not asked again before the poll
   */
  private async claimThese(due: readonly T[]): Promise<void> {
    const { source } = this.options;
    const claims = await Promise.allSettled(due.map((job) => source.claim(job)));
    for (const claim of claims) {
      if (claim.status === 'fulfilled' && claim.value !== null) this.begin(claim.value);
    }
    const failed = claims.find((claim) => claim.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Those that leave their owners within their share. */
  private withinShares(due: readonly T[]): T[] {
    const counts = new Map(this.busy);
    return due.filter((job) => {
      const owner = this.options.ownerOf(job);
      const count = counts.get(owner) ?? 0;
      counts.set(owner, count + 1);
      return count < this.options.perOwner;
    });
  }

  private begin(job: T): void {
    const owner = this.options.ownerOf(job);
    this.busy.set(owner, (this.busy.get(owner) ?? 0) + 1);
    const run = this.runOne(job).then((outcome) => {
      this.runs.delete(run);
      this.freePlace(owner);
      if (outcome?.handOff) outcome.handOff();
      else if (outcome) this.wakeIn(outcome.dueInMs);
      if (!this.closed) this.wake();
    });
    this.runs.add(run);
  }

  private async runOne(job: T): Promise<JobOutcome | null> {
    try {
      return await this.options.source.run(job);
    } catch (error) {
      this.options.onError(error, job);
      return null;
    }
  }

  private wakeIn(dueInMs: number | null): void {
    if (dueInMs === null || dueInMs > this.options.pollMs * POLLS_AHEAD || this.closed) return;
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        this.wake();
      },
      Math.max(0, dueInMs),
    );
    this.timers.add(timer);
  }

  private freePlace(owner: string): void {
    const left = (this.busy.get(owner) ?? 1) - 1;
    if (left > 0) this.busy.set(owner, left);
    else this.busy.delete(owner);
  }

  private fullOwners(): string[] {
    const full = [...this.busy].filter(([, count]) => count >= this.options.perOwner);
    return full.map(([owner]) => owner);
  }
}
