import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { describeCause, failPoint, type JobOutcome, JobPool } from '#platform';
import { randomUUID } from 'node:crypto';
import { AvatarConfig } from '../config/avatar-config.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { isHeld } from '../sessions/domain/session-moves.js';
import { sessionNames } from '../sessions/domain/session-names.js';
import { DUE_BY, later } from '../sessions/domain/session-timing.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import type { LeaseKind, Session } from '../sessions/domain/session.js';
import { PetyaWatch } from './petya-watch.js';
import { claimedFor, claimSeconds } from './next-step.js';
import { StepRunner } from './step-runner.js';

/** Sessions worked on at the same time, in all and of one account. */
const PLACES = {
  // What ends a session that costs money never waits for a look at another one.
  end: { parallel: 32, perOwner: 16 },
  life: { parallel: 16, perOwner: 8 },
  outbox: { parallel: 8, perOwner: 2 },
} as const satisfies Record<LeaseKind, { parallel: number; perOwner: number }>;

/**
 * Does everything that is due, in every replica: claims a session, runs the one step it needs,
 * settles. Looks each poll interval (truth) and when somebody says so (speed).
 */
@Injectable()
export class UpkeepWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Upkeep');
  private readonly owner = randomUUID();
  private readonly pools: Readonly<Record<LeaseKind, JobPool<Session>>>;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: AvatarConfig,
    private readonly sessions: SessionStore,
    private readonly steps: StepRunner,
    private readonly clock: DatabaseClock,
    private readonly petya: PetyaWatch,
  ) {
    this.pools = {
      end: this.pool('end', () => true),
      life: this.pool('life', () => true),
      outbox: this.pool('outbox', () => this.petya.isPassable),
    };
  }

  onApplicationBootstrap(): void {
    this.petya.onRecovery(() => this.wake());
    const pollMs = this.config.budgets.upkeepPollSeconds * 1000;
    this.timer = setInterval(() => void this.tick(), pollMs);
    void this.tick();
  }

  /** Lets the steps that run come to their end; what is left is due for another replica. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await failPoint('shutdown.deliveryInFlight');
    const pools = Object.values(this.pools);
    await Promise.all(pools.map((pool) => pool.close()));
    // What the steps of one pool have handed to another meanwhile is given back by then.
    await Promise.all(pools.map((pool) => pool.close()));
  }

  /** Whether keeping a session's lease for a next step is worth it: there is room for it now. */
  hasRoomFor(accountId: string, kind: LeaseKind): boolean {
    return this.pools[kind].hasRoomFor(accountId);
  }

  /**
   * Resumes a session whose last writer has kept its lease (`keepLease`); of any other nothing is
   * known but that something may be due.
   */
  resume(session: Session | null): void {
    if (!session || !isHeld(session, this.clock.now())) return this.wake();
    const kind = session.lease.lane;
    this.pools[kind].resume(session, this.dueInMs(kind, session) ?? 0);
  }

  /** Something was recorded that is due now. */
  wake(): void {
    for (const pool of Object.values(this.pools)) pool.wake();
  }

  private async tick(): Promise<void> {
    if (!(await this.clock.ready())) return;
    this.wake();
    await this.petya.probeIfDue();
  }

  private pool(kind: LeaseKind, isOpen: () => boolean): JobPool<Session> {
    return new JobPool<Session>({
      ...PLACES[kind],
      source: {
        findDue: (limit, notAccounts) =>
          this.sessions.listDue({ lane: kind, now: this.clock.now(), limit, notAccounts }),
        claim: (due) => this.claim(kind, due),
        run: (session) => this.run(kind, session),
        release: (kept) => this.sessions.writeAndRelease(kept, () => null),
      },
      ownerOf: ({ accountId }) => accountId,
      isOpen,
      isHeld: (session) => isHeld(session, this.clock.now()),
      pollMs: this.config.budgets.upkeepPollSeconds * 1000,
      onError: (error, session) => {
        const names = session && sessionNames(session);
        this.logger.warn({ upkeepFailed: kind, ...names, cause: describeCause(error) });
      },
    });
  }

  private claim(kind: LeaseKind, due: Session): Promise<Session | null> {
    const now = this.clock.now();
    const until = later(now, claimSeconds(kind, due, this.config.budgets));
    return this.sessions.claim(due, { owner: this.owner, lane: claimedFor(kind, due, now), until });
  }

  private async run(kind: LeaseKind, session: Session): Promise<JobOutcome> {
    const after = await this.steps.run(session);
    // The lease was lost: whoever has it now goes on.
    if (!after) return { dueInMs: null };
    if (isHeld(after, this.clock.now()))
      return { dueInMs: null, handOff: () => this.resume(after) };
    return { dueInMs: this.dueInMs(kind, after) };
  }

  private dueInMs(kind: LeaseKind, session: Session): number | null {
    const at = session[DUE_BY[kind]];
    return at ? at.getTime() - this.clock.now().getTime() : null;
  }
}
