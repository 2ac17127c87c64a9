import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { PetyaCircuit } from '../accounts/petya-circuit.js';
import { DatabaseClock } from '../session-record/database-clock.js';
import { SessionStore } from '../session-record/session-store.service.js';

/** Watches whether Petya can be delivered to; what waits is due as soon as Petya is back. */
@Injectable()
export class PetyaWatch {
  constructor(
    private readonly circuit: PetyaCircuit,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
  ) {}

  get isPassable(): boolean {
    return this.circuit.isPassable;
  }

  /** Calls back after everything that waited for Petya has been made due. */
  onRecovery(listener: () => void): void {
    this.circuit.onRecovery(() => {
      // A failure here is made good by the attempts' own times.
      void this.sessions.makeDeliveriesDue(this.clock.now()).then(listener, () => undefined);
    });
  }

  /** Asks Petya itself when the circuit is open and its time is over. */
  async probeIfDue(): Promise<void> {
    if (this.circuit.isOpen && this.circuit.isPassable) await this.accounts.probePetya();
  }
}
