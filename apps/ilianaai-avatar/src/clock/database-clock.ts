import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { askServer } from '#platform';
import type { Connection } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import { ClockOffset } from './clock-offset.js';
import { DatabaseSilence } from './database-silence.js';

/** How often the difference to the database's clock is measured. */
const MEASURE_MS = 5_000;

/**
 * At first it is measured again sooner until it is known so well, so often at most: the first answer
 * takes as long as connecting does.
 */
const SOON_MS = 100;
const WELL_KNOWN_MS = 3;
const FIRST_READINGS = 10;

/**
 * The time of the database, which all replicas share. Leases and due times are compared
 * across machines; a replica whose own clock is a day off must not take every lease for expired. Turns
 * are put in order by it: those of two replicas, or of one before and after a measurement, would
 * change places by as much as the two differ. Our own part is the monotonic clock, which nobody sets.
 */
@Injectable()
export class DatabaseClock implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly offset = new ClockOffset(performance.timeOrigin);
  private readonly silence = new DatabaseSilence();
  private readonly stopped = new AbortController();
  private readings = 0;

  constructor(@InjectConnection() private readonly connection: Connection) {}

  onApplicationBootstrap(): void {
    void this.keepMeasuring();
  }

  onApplicationShutdown(): void {
    this.stopped.abort();
  }

  /** By our own clock as long as the server's is unknown. */
  now(): Date {
    const nowMs = performance.now();
    return new Date(nowMs + (this.offset.at(nowMs) ?? performance.timeOrigin));
  }

  /** When the database was last away, as far as this process knows; null where it never was. */
  lastSilence(): { readonly from: Date; readonly to: Date } | null {
    const nowMs = performance.now();
    const silence = this.silence.at(nowMs);
    if (!silence) return null;
    const asDate = (ms: number): Date => new Date(this.now().getTime() - (nowMs - ms));
    return { from: asDate(silence.fromMs), to: asDate(silence.toMs) };
  }

  /** Measures once if that has not been done; the worker claims nothing before. */
  async ready(): Promise<boolean> {
    if (this.offset.offsetMs === null) await this.measure();
    return this.offset.offsetMs !== null;
  }

  private async keepMeasuring(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      await this.measure();
      const isKnown = this.readings >= FIRST_READINGS || this.offset.errorMs <= WELL_KNOWN_MS;
      await delay(isKnown ? MEASURE_MS : SOON_MS, undefined, { signal }).catch(() => null);
    }
  }

  /** Asks the server once. While it is away, what is known still holds. */
  async measure(): Promise<void> {
    const askedMs = performance.now();
    try {
      const answer = await askServer(this.connection, { hello: 1 });
      const answeredMs = performance.now();
      const serverTime: unknown = answer?.['localTime'];
      if (!(serverTime instanceof Date)) return;
      this.silence.answered(answeredMs);
      this.readings += 1;
      const server = String(answer?.['topologyVersion']?.processId ?? answer?.['me'] ?? '');
      this.offset.add({ server, askedMs, answeredMs, theirsMs: serverTime.getTime() });
    } catch {
      // It is asked again.
    }
  }
}
