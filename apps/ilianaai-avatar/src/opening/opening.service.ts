import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { OpeningDto, SetOpeningDto } from '#contracts';
import { describeCause, PeriodicTask } from '#platform';
import { DatabaseClock } from '../clock/database-clock.js';
import { OpeningRepository } from './opening.repository.js';
import { isPaused, type OpeningOrder, orderOf, toOpening, waitSeconds } from './pause.js';

/** How often it is read what was ordered, so that it is in force everywhere within five seconds. */
const READ_EVERY_MS = 2_000;

/**
 * Whether sessions may be opened. Each replica reads it beside its calls and judges by what it has read
 * last: a call waits for that only where nothing was read yet, and a database that does not answer
 * leaves what was known.
 */
@Injectable()
export class OpeningService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Opening');
  private readonly task: PeriodicTask;
  private known: { readonly order: OpeningOrder | null; readonly turn: number } | null = null;
  private turns = 0;
  private isFailing = false;

  constructor(
    private readonly openings: OpeningRepository,
    private readonly clock: DatabaseClock,
  ) {
    this.task = new PeriodicTask({
      // The first time at once.
      pauseMs: () => (this.turns === 0 ? 0 : READ_EVERY_MS),
      run: () => this.refresh(),
      onError: (error) => this.logger.warn({ openingNotRead: describeCause(error) }),
    });
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /**
   * What is to be waited for before it is judged; null where something was read already.
   * @throws what the database fails with, by rejecting
   */
  ready(): Promise<unknown> | null {
    return this.known === null ? this.read() : null;
  }

  /** For how many seconds nobody may open a session, as far as can be told; null where one may. */
  pausedFor(): number | null {
    const order = this.known?.order ?? null;
    const now = this.clock.now();
    return order && isPaused(order, now) ? waitSeconds(order, now) : null;
  }

  /** What was ordered, as it was read last: within seconds where the database answers. */
  async glance(): Promise<OpeningDto> {
    await this.ready();
    return toOpening(this.known?.order ?? null, this.clock.now());
  }

  /** What was ordered last, read anew. */
  async tell(): Promise<OpeningDto> {
    return toOpening(await this.read(), this.clock.now());
  }

  /**
   * Orders it; in force here at once.
   * @param by the operator's name
   * @throws AvatarError `invalid_input`
   */
  async set(wanted: SetOpeningDto, by: string | null): Promise<OpeningDto> {
    await this.clock.ready();
    const order = orderOf(wanted, by, this.clock.now());
    await this.openings.replace(order);
    this.know(order, this.nextTurn());
    return toOpening(order, this.clock.now());
  }

  private async read(): Promise<OpeningOrder | null> {
    const turn = this.nextTurn();
    const order = await this.openings.find();
    this.know(order, turn);
    return order;
  }

  private nextTurn(): number {
    this.turns += 1;
    return this.turns;
  }

  /** What was asked for before something else was known says nothing new. */
  private know(order: OpeningOrder | null, turn: number): void {
    if (this.known === null || turn > this.known.turn) this.known = { order, turn };
  }

  private async refresh(): Promise<void> {
    try {
      await this.read();
      this.isFailing = false;
    } catch (error) {
      // Once an outage: it is read every few seconds.
      if (!this.isFailing) this.logger.warn({ openingNotRead: describeCause(error) });
      this.isFailing = true;
    }
  }
}
