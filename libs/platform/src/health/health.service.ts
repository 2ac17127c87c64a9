import { Inject, Injectable } from '@nestjs/common';
import { Gate } from '../admission/gate.js';
import { Lifecycle } from '../lifecycle/lifecycle.js';
import { Database } from '../mongo/database.js';

/** Something an app depends on and reports beside its database. */
export interface HealthIndicator {
  readonly name: string;
  /** `up` or `down` by what is known already; a probe must not cost an outbound call. */
  state(): 'up' | 'down';
}

/** Provider token of an app's `HealthIndicator[]`. */
export const HEALTH_INDICATORS = Symbol('HEALTH_INDICATORS');

export interface HealthReport {
  readonly status: 'ok' | 'unavailable' | 'draining';
  readonly checks: Readonly<Record<string, 'up' | 'down'>>;
}

/**
 * Ready means: the database answers and its unique indexes stand. A dependency that is away is
 * said and does not take the replica out of the balancer: others could not do better. No more does
 * having to refuse calls, which is said as `room`: what is short is mostly the database, hence
 * everybody's. Replicas that left for it would leave together, or one after the other as each takes
 * over the load of the last, and nobody would be left to stop what is paid by the minute.
 */
@Injectable()
export class HealthService {
  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly gate: Gate,
    @Inject(HEALTH_INDICATORS) private readonly indicators: readonly HealthIndicator[],
  ) {}

  async report(): Promise<HealthReport> {
    const database = (await this.database.isReady()) ? 'up' : 'down';
    const room = this.gate.isFull ? 'down' : 'up';
    const others = this.indicators.map((each) => [each.name, each.state()] as const);
    return {
      status: this.lifecycle.isDraining ? 'draining' : database === 'up' ? 'ok' : 'unavailable',
      checks: { database, room, ...Object.fromEntries(others) },
    };
  }
}
