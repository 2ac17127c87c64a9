import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { delay, describeCause, failPoint, PeriodicTask } from '#platform';
import { randomUUID } from 'node:crypto';
import { AvatarConfig } from '../config/avatar-config.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { later } from '../sessions/domain/session-timing.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';
import { ClaimRepository, type Hold } from './claim.repository.js';
import { CreditsLeftService } from './credits-left.service.js';
import { isWithinReach } from './days.js';
import { dueDays, watchedDays } from './due-days.js';
import { ReportMakerService, type VendorWithBooks } from './report-maker.service.js';
import { ReportRepository } from './report.repository.js';

/** Longest between two looks for what is due. */
const LONGEST_PAUSE_SECONDS = 60;

/** How often whoever wants a day looks whether another replica has made it: for ten minutes. */
const PURSUED_EVERY_MS = 500;
const PURSUED_ROUNDS = 1_200;

/** After a failure nobody begins by itself for so long, at most. */
const LONGEST_REST_SECONDS = 300;

/**
 * Makes the reports that are due, in every replica: whoever holds the vendor's claim makes all of them,
 * one after another. It changes nothing that it does not know.
 */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Reconcile');
  private readonly owner = randomUUID();
  private readonly stopped = new AbortController();
  private readonly task: PeriodicTask;
  private readonly everySeconds: number;
  private underWay: Promise<ReadonlyMap<string, unknown>> | null = null;

  constructor(
    private readonly vendors: VendorRegistry,
    private readonly claims: ClaimRepository,
    private readonly reports: ReportRepository,
    private readonly maker: ReportMakerService,
    private readonly credits: CreditsLeftService,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {
    this.everySeconds = config.reconcileSeconds;
    this.task = new PeriodicTask({
      pauseMs: () => Math.min(LONGEST_PAUSE_SECONDS, this.everySeconds) * 1000,
      run: async () => {
        await this.run(false);
      },
      onError: (error) => this.logger.warn({ nothingCompared: describeCause(error) }),
    });
  }

  onApplicationBootstrap(): void {
    if (this.everySeconds > 0) this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort(new Error('the app goes'));
    await this.task.stop();
    await this.underWay?.catch(() => undefined);
  }

  /**
   * Makes what is due, where nobody else does at this moment: whoever asks for it meanwhile gets the
   * one that is under way.
   * @param isAsked by an operator: a failure before is no reason to wait
   * @returns what went wrong, by day
   */
  run(isAsked: boolean): Promise<ReadonlyMap<string, unknown>> {
    this.underWay ??= this.runAll(isAsked).finally(() => (this.underWay = null));
    return this.underWay;
  }

  /**
   * Goes on until a day is made that somebody wants, whoever makes it.
   * @returns whether it is made
   * @throws what it fails with
   */
  async pursue(day: string, isMade: () => Promise<boolean>): Promise<boolean> {
    const { signal } = this.stopped;
    for (let round = 0; round < PURSUED_ROUNDS && !signal.aborted; round += 1) {
      const failed = await this.run(true);
      if (await isMade()) return true;
      if (failed.has(day)) throw failed.get(day);
      // Another replica is at it.
      await delay(PURSUED_EVERY_MS, { signal, ref: false }).catch(() => undefined);
    }
    return false;
  }

  /** A vendor that is switched on and tells of its bills; there is one at most. */
  get vendor(): VendorWithBooks | null {
    const found = this.vendors.enabled().find(hasBooks);
    return found ?? null;
  }

  private async runAll(isAsked: boolean): Promise<ReadonlyMap<string, unknown>> {
    const failed = new Map<string, unknown>();
    const { vendor } = this;
    if (vendor === null || !(await this.clock.ready())) return failed;
    if ((await this.nextDay(vendor, failed)) === null) return failed;
    const now = this.clock.now();
    const claim = { owner: this.owner, now, until: this.leaseEnd(), isAsked };
    const hold = await this.claims.take(vendor.name, claim);
    if (hold === null) return failed;
    await failPoint('reconcile.claimed');
    try {
      await this.makeAll(vendor, hold, failed);
    } finally {
      const restSeconds = Math.min(LONGEST_REST_SECONDS, this.everySeconds);
      const paused = failed.size === 0 ? undefined : later(this.clock.now(), restSeconds);
      await this.claims.release(hold, paused);
    }
    return failed;
  }

  private async makeAll(
    vendor: VendorWithBooks,
    hold: Hold,
    failed: Map<string, unknown>,
  ): Promise<void> {
    const held = new HeldClaim(() => this.claims.renew(hold, this.leaseEnd()), {
      everyMs: (this.config.budgets.leaseSeconds * 1000) / 3,
      outer: this.stopped.signal,
    });
    try {
      await this.credits.read(vendor);
      await this.dropStale(vendor, hold);
      for (;;) {
        held.signal.throwIfAborted();
        // Looked for anew: others may have made it before the claim was ours.
        const day = await this.nextDay(vendor, failed);
        if (day === null) return;
        await this.makeOne(vendor, day, hold, held).catch((error: unknown) => {
          // Whose work is taken away has not failed at it.
          held.signal.throwIfAborted();
          failed.set(day, error);
          const cause = describeCause(error);
          this.logger.error({ notCompared: day, vendor: vendor.name, cause });
        });
      }
    } finally {
      held.stop();
    }
  }

  private async makeOne(
    vendor: VendorWithBooks,
    day: string,
    hold: Hold,
    held: HeldClaim,
  ): Promise<void> {
    const report = await this.maker.make(vendor, day, held.signal);
    await failPoint('reconcile.beforeWrite');
    // Whoever was held up for longer than the claim lasts leaves it to the next.
    await held.renew();
    await this.reports.replace(report);
    await failPoint('reconcile.written');
    await this.claims.drop(hold, day);
    const { verdicts, sums } = report;
    this.logger.log({ compared: day, vendor: vendor.name, verdicts, sums });
  }

  /** What was wanted and could not be made in all that time. */
  private async dropStale({ name }: VendorWithBooks, hold: Hold): Promise<void> {
    const now = this.clock.now();
    const wanted = await this.claims.listWanted(name);
    for (const day of wanted) if (!isWithinReach(day, now)) await this.claims.drop(hold, day);
  }

  /** The next day that is to be made and has not failed just now. */
  private async nextDay(
    { name }: VendorWithBooks,
    failed: ReadonlyMap<string, unknown>,
  ): Promise<string | null> {
    const now = this.clock.now();
    const wanted = await this.claims.listWanted(name);
    const scheduled = this.everySeconds > 0 ? await this.listScheduled(name, now) : [];
    const days = [...wanted.filter((day) => isWithinReach(day, now)), ...scheduled];
    return days.find((day) => !failed.has(day)) ?? null;
  }

  private async listScheduled(vendor: VendorWithBooks['name'], now: Date): Promise<string[]> {
    const times = await this.reports.listTimes(vendor, watchedDays(now));
    return dueDays(now, times, this.everySeconds);
  }

  private leaseEnd(): Date {
    return later(this.clock.now(), this.config.budgets.leaseSeconds);
  }
}

function hasBooks(vendor: { readonly books: unknown }): vendor is VendorWithBooks {
  return vendor.books !== null;
}

/** A claim that is kept while work goes on. */
class HeldClaim {
  private readonly lost = new AbortController();
  private readonly timer: NodeJS.Timeout;
  readonly signal: AbortSignal;

  constructor(
    private readonly ask: () => Promise<boolean>,
    { everyMs, outer }: { readonly everyMs: number; readonly outer: AbortSignal },
  ) {
    this.signal = AbortSignal.any([this.lost.signal, outer]);
    // A database that is away for a moment says nothing of whose it is.
    this.timer = setInterval(() => void this.renew().catch(() => undefined), everyMs);
    this.timer.unref();
  }

  /** @throws where it is not held any more */
  async renew(): Promise<void> {
    if (!(await this.ask())) this.lost.abort(new Error('the claim was lost'));
    this.signal.throwIfAborted();
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
