import type { SimulatorSettings } from '../settings.js';
import { creditsPerMinute, type VendorSession } from './session.js';

/** The customer's plan: its slots and its credits (reference 2.13). */
export class VendorAccount {
  creditsSpent = 0;
  private heldSlotsUntilMs: number[] = [];

  constructor(private readonly settings: SimulatorSettings) {}

  /** Whether one more may live beside `live` sessions and the slots that are given back late. */
  hasFreeSlot(live: number, nowMs: number): boolean {
    this.heldSlotsUntilMs = this.heldSlotsUntilMs.filter((untilMs) => untilMs > nowMs);
    return live + this.heldSlotsUntilMs.length < this.settings.concurrencyLimit;
  }

  /** A session ended at `atMs`; its slot may stay taken for a while. */
  releaseSlot(atMs: number): void {
    if (this.settings.slotFreedAfterSeconds === 0) return;
    this.heldSlotsUntilMs.push(atMs + this.settings.slotFreedAfterSeconds * 1000);
  }

  /** Whether the next minute of a session can be paid. */
  canPay(session: VendorSession): boolean {
    return this.settings.credits >= creditsPerMinute(session, this.settings);
  }

  /** Takes the minute that begins at `atMs`. */
  charge(session: VendorSession, atMs: number): void {
    const price = creditsPerMinute(session, this.settings);
    this.settings.credits -= price;
    this.creditsSpent += price;
    session.credits += price;
    session.nextChargeAtMs = atMs + 60_000;
  }
}
