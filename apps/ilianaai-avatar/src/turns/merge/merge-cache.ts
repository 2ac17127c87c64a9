import { boundedBy } from '#platform';
import { LRUCache } from 'lru-cache';
import type { Merge, MergedTurn } from './merge-sources.js';

/** Together, in bytes of memory; the longest transcript takes about ten million. */
const MAX_BYTES = 64 * 1024 * 1024;

/** What a turn takes beside its text. */
const TURN_BYTES = 300;

/** Nobody reads an older one again, and what was said should not lie in memory for long. */
const KEPT_MS = 60_000;

/** Numbers of turns are small, hence kept longer than the turns. */
const MAX_COUNTS = 10_000;

interface Kept {
  readonly revision: string;
  readonly merge: Merge;
  readonly bytes: number;
}

interface Flight {
  readonly revision: string;
  readonly merge: Promise<Merge>;
}

interface Count {
  readonly revision: string;
  readonly turns: number;
}

/**
 * Merged transcripts, one a session, under the revision that was read before their turns were. Who
 * asks for one that is being made waits for the same.
 */
export class MergeCache {
  private readonly kept: LRUCache<string, Kept>;
  private readonly flights = new Map<string, Flight>();
  private readonly counts = new LRUCache<string, Count>(boundedBy(MAX_COUNTS));

  /** @param maxSize bytes of memory that all merges together may take */
  constructor(maxSize = MAX_BYTES) {
    this.kept = new LRUCache({
      maxSize,
      sizeCalculation: ({ bytes }) => bytes,
      ttl: KEPT_MS,
      ttlAutopurge: true,
      ttlResolution: 0,
      updateAgeOnGet: true,
    });
  }

  /** @throws what `make` throws; then the next caller tries again */
  get(sessionId: string, revision: string, make: () => Promise<Merge>): Promise<Merge> {
    const known = this.kept.get(sessionId);
    if (known?.revision === revision) return Promise.resolve(known.merge);
    const flight = this.flights.get(sessionId);
    return flight?.revision === revision ? flight.merge : this.fly(sessionId, revision, make);
  }

  countAt(sessionId: string, revision: string): number | null {
    const count = this.counts.get(sessionId);
    return count?.revision === revision ? count.turns : null;
  }

  /** One that is being made just now is not kept either. */
  forget(sessionId: string): void {
    this.flights.delete(sessionId);
    this.counts.delete(sessionId);
    this.kept.delete(sessionId);
  }

  private fly(sessionId: string, revision: string, make: () => Promise<Merge>): Promise<Merge> {
    const flight = { revision, merge: make() };
    this.flights.set(sessionId, flight);
    const isCurrent = () => this.flights.get(sessionId) === flight;
    flight.merge.then(
      (merge) => {
        if (!isCurrent()) return;
        this.flights.delete(sessionId);
        this.keep(sessionId, revision, merge);
      },
      () => {
        if (isCurrent()) this.flights.delete(sessionId);
      },
    );
    return flight.merge;
  }

  private keep(sessionId: string, revision: string, merge: Merge): void {
    this.counts.set(sessionId, { revision, turns: merge.turns.length });
    const bytes = TURN_BYTES * (merge.turns.length + 1) + 2 * charactersOf(merge.turns);
    this.kept.set(sessionId, { revision, merge, bytes });
  }
}

export function charactersOf(turns: readonly MergedTurn[]): number {
  return turns.reduce((sum, { text }) => sum + text.length, 0);
}
