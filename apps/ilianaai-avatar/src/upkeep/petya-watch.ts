import { Injectable, Logger } from '@nestjs/common';
import { describeCause } from '#platform';
import { AccountsService } from '../accounts/accounts.service.js';
import { PetyaCircuit } from '../accounts/petya-circuit.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { later } from '../sessions/domain/session-timing.js';
import { SessionStore } from '../sessions/store/session-store.service.js';

/** Shorter waits are over before it would be worth a write. */
const SHORT_WAIT_SECONDS = 3;

/**
 * A wait is cut short once in so long: a delivery that Petya never takes, while it takes all others,
 * stays a rare call.
 */
const FREED_EVERY_SECONDS = 30;

/** Watches whether Petya can be delivered to; what waits is due as soon as Petya is back. */
@Injectable()
export class PetyaWatch {
  private readonly logger = new Logger('Petya');
  private readonly listeners: (() => void)[] = [];
  private lookedAtMs = performance.now();

  constructor(
    private readonly circuit: PetyaCircuit,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {}

  get isPassable(): boolean {
    return this.circuit.isPassable;
  }

  /** Calls back after everything that waited for Petya has been made due. */
  onRecovery(listener: () => void): void {
    this.listeners.push(listener);
    this.circuit.onRecovery(() => {
      // A failure here is made good by the attempts' own times.
      void this.sessions.makeDeliveriesDue(this.clock.now()).then(listener, () => undefined);
    });
  }

  /**
   * Asks Petya itself when the circuit is open and its time is over. Otherwise the records are looked
   * at now and then: an outage that this replica has not seen, or that Petya answered in, leaves the
   * circuit closed and deliveries that wait for minutes.
   */
  async probeIfDue(): Promise<void> {
    if (!this.circuit.isPassable) return;
    if (this.circuit.isOpen) return void (await this.accounts.probePetya());
    const everyMs = this.config.circuit.openSeconds * 1000;
    const lastMs = this.lookedAtMs;
    if (performance.now() - lastMs < everyMs) return;
    this.lookedAtMs = performance.now();
    try {
      await this.cutWaits(this.circuit.hasTakenSince(lastMs));
    } catch (error) {
      this.logger.warn({ waitsNotLookedAt: describeCause(error) });
    }
  }

  /**
   * That Petya took a delivery is reason to try the others again. Where none was sent, the one that
   * would wait longest is tried: an outage costs each replica one call an interval, however many wait.
   */
  private async cutWaits(isTaking: boolean): Promise<void> {
    const now = this.clock.now();
    const waits = {
      beyond: later(now, SHORT_WAIT_SECONDS),
      notFreedSince: later(now, -FREED_EVERY_SECONDS),
    };
    const longest = await this.sessions.findLongestWait(waits);
    if (longest === null) return;
    if (isTaking) await this.sessions.makeWaitsDue(now, waits);
    else await this.sessions.makeWaitDue(longest, now, waits);
    for (const listener of this.listeners) listener();
  }
}
