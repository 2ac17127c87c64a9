import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';

/** How often the difference to the database's clock is measured. */
const MEASURE_MS = 5_000;

/** An answer that took longer says too little about when the server wrote it. */
const SLOW_ANSWER_MS = 500;

/**
 * The time of the database server, which all replicas share. Leases and due times are compared
 * across machines; a replica whose own clock is a day off must not take every lease for expired.
 */
@Injectable()
export class DatabaseClock implements OnApplicationBootstrap, OnApplicationShutdown {
  private offsetMs = 0;
  private measured = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectConnection() private readonly connection: Connection) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.measure(), MEASURE_MS);
    void this.measure();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** Measures once if that has not been done; the worker claims nothing before. */
  async ready(): Promise<boolean> {
    if (!this.measured) await this.measure();
    return this.measured;
  }

  private async measure(): Promise<void> {
    const before = Date.now();
    try {
      const answer = await this.connection.db?.command({ hello: 1 });
      const serverTime: unknown = answer?.['localTime'];
      if (!(serverTime instanceof Date)) return;
      if (this.measured && Date.now() - before > SLOW_ANSWER_MS) return;
      this.offsetMs = serverTime.getTime() - (before + Date.now()) / 2;
      this.measured = true;
    } catch {
      // The database is away; the last difference still holds.
    }
  }
}
