import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { describeCause, failPoint } from '#platform';
import { randomUUID } from 'node:crypto';
import { AvatarConfig } from '../config/avatar-config.js';
import { DatabaseClock } from '../session-record/database-clock.js';
import { isHeld } from '../session-record/session-moves.js';
import { DUE_BY, later } from '../session-record/session-timing.js';
import { SessionStore } from '../session-record/session-store.service.js';
import type { Lane as LaneName, Session } from '../session-record/session.js';
import { Lane } from '../../../../libs/platform/src/jobs/job-pool.js';
import { PetyaWatch } from './petya-watch.js';
import { claimedFor } from './next-step.js';
import { StepRunner } from './step-runner.js';

/** Sessions worked on at the same time, in all and of one account. */
const PLACES = {
  // What ends a session that costs money never waits for a look at another one.
  end: { parallel: 32, perAccount: 16 },
  life: { parallel: 16, perAccount: 8 },
  outbox: { parallel: 8, perAccount: 2 },
} as const satisfies Record<LaneName, { parallel: number; perAccount: number }>;

/**
 * Does everything that is due, in every replica: claims a session, runs the one step it needs,
 * settles. Looks each poll interval (truth) and when somebody says so (speed).
 */
@Injectable()
export class UpkeepWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Upkeep');
  private readonly owner = randomUUID();
  private readonly lanes: Readonly<Record<LaneName, Lane>>;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: AvatarConfig,
    private readonly sessions: SessionStore,
    private readonly steps: StepRunner,
    private readonly clock: DatabaseClock,
    private readonly petya: PetyaWatch,
  ) {
    this.lanes = {
      end: this.lane('end', () => true),
      life: this.lane('life', () => true),
      outbox: this.lane('outbox', () => this.petya.isPassable),
    };
  }

  onApplicationBootstrap(): void {
    this.petya.onRecovery(() => this.signal());
    const pollMs = this.config.budgets.upkeepPollSeconds * 1000;
    this.timer = setInterval(() => void this.tick(), pollMs);
    void this.tick();
  }

  /** Lets the steps that run come to their end; what is left is due for another replica. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await failPoint('shutdown.deliveryInFlight');
    const lanes = Object.values(this.lanes);
    await Promise.all(lanes.map((lane) => lane.close()));
    // What the steps of one lane have handed to another meanwhile is given back by then.
    await Promise.all(lanes.map((lane) => lane.close()));
  }

  /** Whether keeping a session's lease for a lane is worth it: there is room for it now. */
  hasRoomFor(accountId: string, lane: LaneName): boolean {
    return this.lanes[lane].hasRoomFor(accountId);
  }

  /**
   * Goes on with a session that its last writer has kept the lease of (`keepLease`); of any other
   * nothing is known but that something may be due.
   */
  goOn(session: Session | null): void {
    if (!session || !isHeld(session, this.clock.now())) return this.signal();
    this.lanes[session.lease.lane].take(session);
  }

  /** Something was recorded that is due now. */
  signal(): void {
    for (const lane of Object.values(this.lanes)) lane.fill();
  }

  private async tick(): Promise<void> {
    if (!(await this.clock.ready())) return;
    this.signal();
    await this.petya.probeIfDue();
  }

  private lane(name: LaneName, isOpen: () => boolean): Lane {
    return new Lane({
      ...PLACES[name],
      isOpen,
      pollMs: this.config.budgets.upkeepPollSeconds * 1000,
      look: (limit, notAccounts) =>
        this.sessions.listDue({ lane: name, now: this.clock.now(), limit, notAccounts }),
      claim: (due) => this.claim(name, due),
      work: (session) => this.steps.run(session),
      isHeld: (session) => isHeld(session, this.clock.now()),
      release: (held) => this.sessions.settle(held, () => null),
      handOn: (held) => this.goOn(held),
      dueInMs: (settled) => this.dueInMs(settled[DUE_BY[name]]),
      onError: (error) => this.logger.warn({ upkeepFailed: name, cause: describeCause(error) }),
    });
  }

  private claim(lane: LaneName, due: Session): Promise<Session | null> {
    const now = this.clock.now();
    const until = later(now, this.config.budgets.leaseSeconds);
    return this.sessions.claim(due, { owner: this.owner, lane: claimedFor(lane, due, now), until });
  }

  private dueInMs(at: Date | null | undefined): number | null {
    return at ? at.getTime() - this.clock.now().getTime() : null;
  }
}
