import { Injectable, Logger } from '@nestjs/common';
import type { EndReason } from '#contracts';
import { describeCause, failPoint } from '#platform';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AvatarConfig } from '../config/avatar-config.js';
import { StopStep } from '../upkeep/stop.step.js';
import { UpkeepWorker } from '../upkeep/upkeep.worker.js';
import { DatabaseClock } from '../session-record/database-clock.js';
import { requestStop } from '../session-record/session-moves.js';
import { SessionStore } from '../session-record/session-store.service.js';
import type { Session } from '../session-record/session.js';

/** Longest a caller waits for the vendor; the wish is durable before, so the answer is honest. */
const PATIENCE_MS = 3_000;

/** Ends sessions on somebody's wish: records it, tries at once, leaves the rest to the worker. */
@Injectable()
export class StopService {
  private readonly logger = new Logger('Stop');
  private readonly owner = randomUUID();

  constructor(
    private readonly sessions: SessionStore,
    private readonly step: StopStep,
    private readonly worker: UpkeepWorker,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {}

  /** Any number of times, from any side, at any state: one ending, and the first wish names it. */
  async stop(session: Session, reason: EndReason): Promise<void> {
    await failPoint('stop.received');
    const taker = { owner: this.owner, seconds: this.config.budgets.leaseSeconds };
    const after = await this.sessions.change(session, (current) =>
      requestStop(current, reason, this.clock.now(), taker),
    );
    await failPoint('stop.recorded');
    if (after?.state === 'stopping') await this.tryNow(after);
    await failPoint('stop.beforeAnswer');
    this.worker.signal();
  }

  private async tryNow(held: Session): Promise<void> {
    const patience = new AbortController();
    const stopped = this.step.run(held).then(
      (settled) => this.worker.goOn(settled),
      (error: unknown) => this.logger.warn({ stopLeftToWorker: describeCause(error) }),
    );
    const waited = delay(PATIENCE_MS, undefined, { signal: patience.signal }).catch(
      () => undefined,
    );
    await Promise.race([stopped, waited]);
    patience.abort();
  }
}
