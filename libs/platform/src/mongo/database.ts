import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import { describeCause } from '../errors/describe-cause.js';
import { createIndexes, missingUniqueIndexes } from './indexes.js';

/** Pause between two attempts to reach the database and build the indexes. */
const PREPARE_RETRY_MS = 500;

/** Longest a health probe waits for a ping. */
const PING_MS = 2_000;

/** An answer of the database stands for so long: anybody may ask for it, as often as they like. */
const PING_VALID_MS = 1_000;

/**
 * Connects, creates the indexes and verifies the unique ones. Without them a race could store
 * something twice, so the app is not ready until they stand.
 */
@Injectable()
export class Database implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Database');
  private readonly stopped = new AbortController();
  private prepared = false;
  private ping: { readonly atMs: number; readonly answered: Promise<boolean> } | null = null;

  constructor(@InjectConnection() private readonly connection: Connection) {}

  onApplicationBootstrap(): void {
    void this.prepareUntilDone();
  }

  onApplicationShutdown(): void {
    this.stopped.abort();
  }

  /** Whether connection and unique indexes stand and the server answers a real ping. */
  async isReady(): Promise<boolean> {
    if (!this.prepared) return false;
    const nowMs = performance.now();
    if (this.ping === null || nowMs - this.ping.atMs >= PING_VALID_MS) {
      this.ping = { atMs: nowMs, answered: this.answersPing() };
    }
    return this.ping.answered;
  }

  private async answersPing(): Promise<boolean> {
    try {
      await this.connection.db?.command({ ping: 1 }, { timeoutMS: PING_MS });
      return true;
    } catch {
      return false;
    }
  }

  private async prepareUntilDone(): Promise<void> {
    let complained = false;
    while (!this.stopped.signal.aborted) {
      try {
        await this.prepare();
        return;
      } catch (error) {
        if (!complained) this.logger.warn({ waitingForDatabase: describeCause(error) });
        complained = true;
      }
      await delay(PREPARE_RETRY_MS, undefined, { signal: this.stopped.signal }).catch(() => null);
    }
  }

  private async prepare(): Promise<void> {
    await this.connect();
    const models = Object.values(this.connection.models);
    await createIndexes(models);
    const missing = await missingUniqueIndexes(models);
    if (missing.length > 0) throw new Error(`unique indexes are missing: ${missing.join(', ')}`);
    this.prepared = true;
    this.logger.log({ database: 'ready' });
  }

  /** A lazy connection dials on demand; a first attempt that failed has to be asked for again. */
  private async connect(): Promise<void> {
    await this.connection.asPromise();
  }
}
