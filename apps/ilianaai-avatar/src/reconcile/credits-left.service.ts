import { Injectable, Logger } from '@nestjs/common';
import { describeCause } from '#platform';
import { DatabaseClock } from '../clock/database-clock.js';
import type { Vendor, VendorName } from '../vendors/vendor.js';

/** Whoever looks gets what is no older than that, where the vendor answers. */
const FRESH_MS = 60_000;

/** Longest that whoever looks waits for the vendor. */
const PATIENCE_MS = 2_000;

/** What a vendor has told of its credits last. */
export interface CreditsReading {
  readonly left: number;
  readonly readAt: Date;
}

interface Known {
  reading: CreditsReading | null;
  askedAtMs: number;
  asking: Promise<void> | null;
}

/** How many credits our account at a vendor has left, by what it has answered last. */
@Injectable()
export class CreditsLeftService {
  private readonly logger = new Logger('Reconcile');
  private readonly asked = new Map<VendorName, Known>();

  constructor(private readonly clock: DatabaseClock) {}

  /**
   * For whoever looks: the vendor is asked once a minute at most.
   * @returns the last number, however old; null where there was none
   */
  async look(vendor: Vendor): Promise<CreditsReading | null> {
    const known = this.of(vendor);
    if (performance.now() - known.askedAtMs >= FRESH_MS) await this.read(vendor);
    else await known.asking;
    return known.reading;
  }

  /** What the vendor has told last; null where it never did. */
  known(vendor: Vendor): CreditsReading | null {
    return this.of(vendor).reading;
  }

  /** Asks the vendor. One that gives no number leaves the last one. It never rejects. */
  async read(vendor: Vendor): Promise<void> {
    const known = this.of(vendor);
    known.asking ??= this.ask(vendor, known).finally(() => (known.asking = null));
    await known.asking;
  }

  private async ask({ name, books }: Vendor, known: Known): Promise<void> {
    known.askedAtMs = performance.now();
    if (books === null) return;
    try {
      const left = await books.creditsLeft(PATIENCE_MS);
      known.reading = { left, readAt: this.clock.now() };
    } catch (error) {
      this.logger.warn({ creditsNotRead: name, cause: describeCause(error) });
    }
  }

  private of({ name }: Vendor): Known {
    let known = this.asked.get(name);
    if (!known) {
      known = { reading: null, askedAtMs: -Infinity, asking: null };
      this.asked.set(name, known);
    }
    return known;
  }
}
