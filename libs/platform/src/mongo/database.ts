import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type Connection, type ConnectOptions, STATES } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import { Gate } from '../admission/gate.js';
import { describeCause } from '../errors/describe-cause.js';
import { askServer } from './ask-server.js';
import { createIndexes, missingUniqueIndexes } from './indexes.js';
import { PING_MS } from './operation-deadlines.js';
import { refusalSentence } from './refusal-sentence.js';
import { DatabaseUnfit, requireServerVersion } from './server-version.js';

/** Pause between two attempts to reach the database and build the indexes. */
const PREPARE_RETRY_MS = 500;

/** An answer of the database stands for so long: anybody may ask for it, as often as they like. */
const PING_VALID_MS = 1_000;

/** Where the database is and how it is spoken with. */
export interface DatabaseAddress {
  readonly uri: string;
  readonly options: ConnectOptions;
}

/** What the `DatabaseAddress` is injected by. */
export const DATABASE_ADDRESS = Symbol('DatabaseAddress');

/**
 * Connects, creates the indexes and verifies the unique ones. Without them a race could store
 * something twice, so the app is not ready until they stand.
 */
@Injectable()
export class Database implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Database');
  private readonly stopped = new AbortController();
  private isOpened = false;
  private prepared = false;
  /** It stood, and does not answer: told once, however often it is asked. */
  private isGone = false;
  private ping: { readonly atMs: number; readonly answered: Promise<boolean> } | null = null;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    @Inject(DATABASE_ADDRESS) private readonly address: DatabaseAddress,
    private readonly gate: Gate,
  ) {}

  onApplicationBootstrap(): void {
    void this.prepareUntilDone();
  }

  /** Before the connection is closed, which must not be opened again behind that. */
  beforeApplicationShutdown(): void {
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
      await askServer(this.connection, { ping: 1 }, PING_MS);
      if (this.isGone) this.logger.log({ database: 'back' });
      this.isGone = false;
      return true;
    } catch (error) {
      const isTold = this.isGone || this.stopped.signal.aborted;
      if (!isTold) this.logger.warn({ databaseGone: describeCause(error) });
      this.isGone = true;
      return false;
    }
  }

  private async prepareUntilDone(): Promise<void> {
    const told = new Set<string>();
    while (!this.stopped.signal.aborted) {
      try {
        await this.prepare();
        return;
      } catch (error) {
        const reason = reasonOf(error);
        if (!told.has(reason)) this.complain(error);
        told.add(reason);
      }
      await delay(PREPARE_RETRY_MS, undefined, { signal: this.stopped.signal }).catch(() => null);
    }
  }

  private complain(error: unknown): void {
    const databaseUnfit = error instanceof DatabaseUnfit ? error.message : refusalSentence(error);
    if (databaseUnfit !== null) this.logger.error({ databaseUnfit });
    else this.logger.warn({ waitingForDatabase: describeCause(error) });
  }

  private async prepare(): Promise<void> {
    await this.connect();
    const build = await askServer(this.connection, { buildInfo: 1 });
    requireServerVersion(build?.['version']);
    const models = Object.values(this.connection.models);
    await createIndexes(models);
    const missing = await missingUniqueIndexes(models);
    if (missing.length > 0) {
      throw new DatabaseUnfit(`unique indexes are missing: ${missing.join(', ')}`);
    }
    this.prepared = true;
    this.logger.log({ database: 'ready' });
  }

  /**
   * Mongoose dials once and repeats the first failure to everybody who asks; it has to be opened
   * again. Once it stood, the driver finds a server that went away by itself.
   */
  private async connect(): Promise<void> {
    if (this.isOpened) return;
    if (this.connection.readyState === STATES.disconnected) {
      await this.connection.openUri(this.address.uri, { ...this.address.options });
    } else {
      await this.connection.asPromise();
    }
    this.isOpened = true;
    this.tellGate();
  }

  private tellGate(): void {
    const hear = ({ durationMS }: { readonly durationMS: number }) => this.gate.hear(durationMS);
    this.connection
      .getClient()
      .on('connectionCheckedOut', hear)
      .on('connectionCheckOutFailed', hear);
  }
}

/** By what one failure is told from another: the same is told once, however often it comes. */
function reasonOf(error: unknown): string {
  if (error instanceof DatabaseUnfit) return error.message;
  const { name, code } = describeCause(error);
  return `${name} ${code}`;
}
