import { Injectable, Logger } from '@nestjs/common';
import { describeCause } from '#platform';
import { AccountsService } from '../accounts/accounts.service.js';
import { PetyaCircuit } from '../accounts/petya-circuit.js';
import { AvatarConfig } from '../config/avatar-config.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { later } from '../sessions/domain/session-timing.js';
import { SessionStore } from '../sessions/store/session-store.service.js';

/**
 * What waits longer may wait for an outage that is over. What is made due anew and fails again takes
 * longer than this until it waits so long again: one that Petya never takes stays a rare call.
 */
const LONG_WAIT_SECONDS = 60;

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
    if (performance.now() - this.lookedAtMs < everyMs) return;
    this.lookedAtMs = performance.now();
    try {
      await this.freeLongWaits();
    } catch (error) {
      this.logger.warn({ waitsNotLookedAt: describeCause(error) });
    }
  }

  private async freeLongWaits(): Promise<void> {
    const beyond = later(this.clock.now(), LONG_WAIT_SECONDS);
    if (!(await this.sessions.hasLongWait(beyond))) return;
    if (!(await this.accounts.probePetya())) return;
    await this.sessions.makeLongWaitsDue(this.clock.now(), beyond);
    for (const listener of this.listeners) listener();
  }
}
