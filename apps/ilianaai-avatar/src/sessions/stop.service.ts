import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { delay, describeCause, failPoint, KeyedQueue } from '#platform';
import { randomUUID } from 'node:crypto';
import { OwedWishes } from './owed-wishes.js';
import { StopStep } from '../upkeep/steps/stop.step.js';
import { UpkeepWorker } from '../upkeep/upkeep.worker.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { requestStop, wishToStop } from './domain/session-moves.js';
import { type SessionNames, sessionNames } from './domain/session-names.js';
import { SessionStore } from './store/session-store.service.js';
import type { Session, SessionKey, StopWish } from './domain/session.js';

/** Longest a caller waits for the vendor; the wish is durable before, so the answer is honest. */
const PATIENCE_MS = 3_000;

/** Longest that many wishes are recorded after somebody has asked. */
const LONGEST_RECORDING_MS = 60_000;

/** How often it is looked whether somebody else, who holds the session, has stopped it. */
const LOOK_AGAIN_MS = 100;

/** A question to the vendor that is under way. */
interface Attempt {
  readonly running: Promise<void>;
}

/** An end that somebody wants. */
interface WantedStop {
  /** Which session is to end, and who wants it. */
  readonly what: string;
  /** Whose share of what waits for the database it takes. */
  readonly share?: string | null;
}

/** Ends sessions on somebody's wish: records it, tries at once, leaves the rest to the worker. */
@Injectable()
export class StopService implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Stop');
  private readonly owner = randomUUID();
  private readonly turns = new KeyedQueue();
  /** By session: what this service holds a lease for and works on. */
  private readonly attempts = new Map<string, Promise<void>>();
  /** Of many wishes, which may take longer than whoever has asked. */
  private readonly recordings = new Set<Promise<void>>();
  private readonly closing = new AbortController();

  constructor(
    private readonly sessions: SessionStore,
    private readonly step: StopStep,
    private readonly worker: UpkeepWorker,
    private readonly clock: DatabaseClock,
    private readonly wishes: OwedWishes,
  ) {}

  /**
   * As `stop`, for a session that has to be found first. What the database cannot take now is done
   * when it is back.
   * @param wanted says which session, and who wants it to end
   * @param find gives the session, if it is theirs
   * @throws what `find` throws
   */
  stopFound<S extends Session>(
    { what, share = null }: WantedStop,
    find: () => Promise<S>,
    wish: StopWish,
  ): Promise<S> {
    let names: Partial<SessionNames> = {};
    const stop = async () => {
      const session = await find();
      names = sessionNames(session);
      await this.stop(session, wish);
      return session;
    };
    return this.wishes.run(`stop of ${what}`, stop, { share, names: () => names });
  }

  /**
   * Any number of times, from any side, at any state: one ending, and the first wish names it. The
   * vendor is asked before this resolves, by whoever holds the session, if it answers in time.
   */
  async stop(session: Session, wish: StopWish): Promise<void> {
    await failPoint('stop.received');
    const deadlineMs = performance.now() + PATIENCE_MS;
    for (let read: Session | null = session; read; read = await this.sessions.find(session)) {
      const current = read;
      const attempt = await this.turns.run(session.id, () => this.begin(current, wish));
      await failPoint('stop.recorded');
      if (attempt !== 'elsewhere') {
        if (attempt) await within(attempt, deadlineMs);
        break;
      }
      if (performance.now() + LOOK_AGAIN_MS > deadlineMs) break;
      await delay(LOOK_AGAIN_MS);
    }
    await failPoint('stop.beforeAnswer');
    this.worker.wake();
  }

  /**
   * Records a wish for many; the vendor is asked by the workers of all replicas, so many at a time as
   * they have places. Any number of times: the first wish of each counts. What takes longer than
   * somebody waits is gone on with.
   * @returns for how many it is recorded, which nothing undoes
   */
  async stopEach(sessions: readonly SessionKey[], wish: StopWish): Promise<number> {
    let recorded = 0;
    const record = (session: Session) => wishToStop(session, wish, this.clock.now());
    const untilMs = performance.now() + LONGEST_RECORDING_MS;
    const done = (count: number) => void (recorded += count);
    const { signal } = this.closing;
    const running = this.sessions
      .changeEach(sessions, record, { untilMs, signal, done })
      .catch((error: unknown) => this.logger.warn({ stopsNotRecorded: describeCause(error) }))
      .finally(() => {
        this.recordings.delete(running);
        this.worker.wake();
      });
    this.recordings.add(running);
    await within({ running }, performance.now() + PATIENCE_MS);
    this.worker.wake();
    return recorded;
  }

  /** What is not recorded yet nobody was told of. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.recordings);
  }

  /** @returns the attempt that is under way, null where there is nothing to stop */
  private async begin(session: Session, wish: StopWish): Promise<Attempt | 'elsewhere' | null> {
    const running = this.attempts.get(session.id);
    if (running) return { running };
    const request = this.step.leaseFor(this.owner);
    let isStopping = false;
    const after = await this.sessions.change(session, (current) => {
      isStopping = current.state === 'stopping';
      return requestStop(current, wish, this.clock.now(), request);
    });
    if (after?.state === 'stopping') return { running: this.attempt(after) };
    return after === null && isStopping ? 'elsewhere' : null;
  }

  private attempt(held: Session): Promise<void> {
    const attempt = this.step
      .run(held)
      .then(
        (settled) => this.worker.resume(settled),
        (error: unknown) =>
          this.logger.warn({ stopLeftToWorker: describeCause(error), ...sessionNames(held) }),
      )
      .finally(() => void this.attempts.delete(held.id));
    this.attempts.set(held.id, attempt);
    return attempt;
  }
}

/** Waits for something that does not reject, and no longer than until then. */
async function within({ running }: Attempt, deadlineMs: number): Promise<void> {
  const patience = new AbortController();
  const waitMs = Math.max(0, deadlineMs - performance.now());
  const waited = delay(waitMs, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([running, waited]);
  patience.abort();
}
