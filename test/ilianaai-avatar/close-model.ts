import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Scheduler } from 'fast-check';
import { Telemetry } from '#platform';
import type { StatusUpdateDto } from '#contracts';
import { DeliveryService } from '../../apps/ilianaai-avatar/src/delivery/delivery.service.js';
import type {
  DeliveryAttempt,
  PetyaStatusClient,
} from '../../apps/ilianaai-avatar/src/delivery/petya-status.client.js';
import { contentHash } from '../../apps/ilianaai-avatar/src/delivery/status-update.mapper.js';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import {
  end,
  isHeld,
  requestStop,
} from '../../apps/ilianaai-avatar/src/sessions/domain/session-moves.js';
import { isOpen } from '../../apps/ilianaai-avatar/src/sessions/domain/session-states.js';
import { DUE_BY } from '../../apps/ilianaai-avatar/src/sessions/domain/session-timing.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import type { LeaseKind, Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { atOnce } from '../../apps/ilianaai-avatar/src/turns/merge/steps.js';
import { TranscriptService } from '../../apps/ilianaai-avatar/src/turns/transcript.service.js';
import { TurnWriter } from '../../apps/ilianaai-avatar/src/turns/turn-writer.js';
import type { TurnRepository } from '../../apps/ilianaai-avatar/src/turns/turn.repository.js';
import { DeliverStep } from '../../apps/ilianaai-avatar/src/upkeep/steps/deliver.step.js';
import { ReadRecordStep } from '../../apps/ilianaai-avatar/src/upkeep/steps/read-record.step.js';
import { RecordReader } from '../../apps/ilianaai-avatar/src/upkeep/steps/record-reader.js';
import { StepRunner, type StepsByName } from '../../apps/ilianaai-avatar/src/upkeep/step-runner.js';
import { StopStep } from '../../apps/ilianaai-avatar/src/upkeep/steps/stop.step.js';
import type { VendorRecord } from '../../apps/ilianaai-avatar/src/vendors/vendor.js';
import type { VendorRegistry } from '../../apps/ilianaai-avatar/src/vendors/vendor-registry.js';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { MemoryTurns } from '../support/memory-turns.js';
import { aSession, START } from '../support/session.factory.js';
import { standIn } from '../support/stand-in.js';

/** Somebody who tells what was said. */
export interface Speaker {
  readonly text: string;
  /** A page's call looks whether the session is open first; what a socket hears was open before. */
  readonly by: 'call' | 'socket';
  /** How many others come first before it looks, and before it tells. */
  readonly pauses: readonly [before: number, between: number];
}

/** What happens around the end of one session; in which order is the scheduler's. */
export interface ClosePlan {
  /** Where the session stands when it begins: still running, just over, or delivered before. */
  readonly from: 'active' | 'stopped' | 'delivered';
  readonly speakers: readonly Speaker[];
  /** How many ask for the end. */
  readonly stops: number;
  /** Of two replicas, after how many of its questions each dies; never where it asks fewer. */
  readonly deaths: readonly [number, number];
  /** Which of the two look for what is due. */
  readonly workers: readonly [boolean, boolean];
  /** How many others come before a question of each is asked, and before it is answered. */
  readonly slowness: readonly [number, number];
  /** Time that goes by, in seconds, piece by piece. */
  readonly passing: readonly number[];
  /** Whether the account's transcripts are so short that each turn is counted at once. */
  readonly isShort: boolean;
  /** Which readings of the vendor's record fail. */
  readonly failedReadings: readonly boolean[];
  /** After how many readings the vendor has corrected its record. */
  readonly correctedAfter: number;
  /** Whether the vendor says that its session ended long ago. */
  readonly endedLongAgo: boolean;
}

/** A deliberate fault: the model has to see it. */
export type Fault =
  /** A transcript is closed although its record was changed since it was put together. */
  | 'closes over a change'
  /** A turn that is counted while a transcript is put together leaves the record as it was. */
  | 'counts silently'
  /** What the vendor took back stays. */
  | 'keeps what was taken back';

export interface CloseOutcome {
  readonly acknowledged: readonly string[];
  /** The texts of the last version that was delivered. */
  readonly delivered: readonly string[];
  /** Versions that were sent with two contents. */
  readonly twofold: readonly number[];
  readonly record: Session;
}

/** What the vendor's record holds before it corrects it, and after. */
export const RECORDS = [
  ['Welc', 'We open at nine and close'],
  ['Welcome', 'We open at nine'],
] as const;

/** What the vendor says of the session once it is over. */
const ENDED: VendorRecord = {
  state: 'ended',
  endReason: 'visitor_ended',
  endedAt: null,
  billed: { seconds: 7_200, credits: 240 },
};

/** Looks that a replica takes at what is due after everybody else has done. */
const ROUNDS = 2;
/** Looks in which everything is over in any case. */
const LAST_ROUNDS = 200;

const config = anAvatarConfig();
const owner = { id: 'session-1', accountId: 'acc-1' };

/**
 * Plays the end of a session with two replicas over one set of records. Each question to the database,
 * to the vendor and to Petya is a place where anybody else may come first, or where a replica dies. Then a
 * third replica finishes what is left.
 */
export async function playClose(
  scheduler: Scheduler,
  plan: ClosePlan,
  fault?: Fault,
): Promise<CloseOutcome> {
  const world = new World(scheduler, plan, fault);
  const giveTimeBack = standIn(performance, 'now', () => world.nowMs);
  try {
    return await world.play();
  } finally {
    giveTimeBack();
  }
}

class World {
  nowMs = 7_200_000;
  private readonly acknowledged: string[] = [];
  private readonly petya = new Map<number, { hash: string; texts: string[] }>();
  private readonly twofold: number[] = [];
  private readings = 0;
  private isQuiet = false;
  /** Where everybody waits for the scheduler; at the end nobody does. */
  private isFree = false;
  private readonly records = new MemorySessions(() => Promise.resolve());
  private readonly turns = new MemoryTurns(() => Promise.resolve());

  constructor(
    private readonly scheduler: Scheduler,
    private readonly plan: ClosePlan,
    private readonly fault?: Fault,
  ) {
    const { config: settings } = aSession();
    const maxTranscriptTurns = plan.isShort ? 100 : settings.maxTranscriptTurns;
    const isOver = plan.from !== 'active';
    const fresh = aSession();
    this.records.records.set(owner.id, {
      ...fresh,
      ...owner,
      state: plan.from,
      startedAt: START,
      seenAt: START,
      endedAt: isOver ? this.now() : null,
      slot: isOver ? null : 0,
      config: { ...settings, maxTranscriptTurns },
      transcript: { ...fresh.transcript, nextReadAt: plan.from === 'stopped' ? START : null },
      dueAt: plan.from === 'stopped' ? START : null,
      delivery: { ...fresh.delivery, version: 1, deliveredVersion: 1, deliveredAt: this.now() },
    });
  }

  async play(): Promise<CloseOutcome> {
    const { plan } = this;
    const replicas = plan.deaths.map((dies, index) =>
      this.replica(dies, plan.slowness[index] ?? 1),
    );
    const callers = Promise.all([
      ...plan.speakers.map((speaker, index) => this.speak(speaker, index, replicas)),
      ...Array.from({ length: plan.stops }, (_, index) => this.stop(replicas[index % 2])),
      this.pass(),
    ]).then(() => void (this.isQuiet = true));
    const workers = replicas
      .filter((_, index) => plan.workers[index])
      .map((replica) => this.upkeep(replica));
    await this.untilDone(Promise.all([callers, ...workers]));
    this.isFree = true;
    await this.finish();
    const last = this.petya.get(Math.max(0, ...this.petya.keys()));
    return {
      acknowledged: this.acknowledged,
      delivered: last?.texts ?? [],
      twofold: this.twofold,
      record: this.record(),
    };
  }

  /** One question after the other; what waits for the event loop has its turn in between. */
  private async untilDone(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    while (!isDone) {
      await nextTurn();
      if (this.scheduler.count() > 0) await this.scheduler.waitOne();
    }
    await done;
  }

  private record(): Session {
    const record = this.records.records.get(owner.id);
    if (!record) throw new Error('the record is gone');
    return record;
  }

  private replica(dies: number, slowness: number): Replica {
    const replica = new Replica(dies, {
      pause: () => (this.isFree ? Promise.resolve() : this.letOthersCome(slowness)),
      records: this.records,
      turns: this.turns,
      clock: { now: () => this.now(), lastSilence: () => null } as unknown as DatabaseClock,
      read: () => this.read(),
      accept: (update) => this.accept(update),
    });
    if (this.fault) spoil(replica, this.fault, this.records);
    return replica;
  }

  private now(): Date {
    return new Date(START.getTime() + this.nowMs);
  }

  /** @throws where this reading is one that fails */
  private read() {
    const fails = this.plan.failedReadings[this.readings] ?? false;
    this.readings += 1;
    if (fails) throw new Error('the vendor cannot be read');
    const version = this.readings > this.plan.correctedAfter ? 1 : 0;
    const lines = RECORDS[version].map((text, index) => {
      return { role: 'avatar', text, atMs: START.getTime() + (index + version) * 5_000 };
    });
    return { isLive: false, lines, next: null };
  }

  private accept(update: StatusUpdateDto): void {
    const version = update.version ?? 0;
    const hash = atOnce(contentHash(update));
    const known = this.petya.get(version);
    if (known && known.hash !== hash) this.twofold.push(version);
    const texts = (update.transcript ?? []).map(({ transcript }) => transcript);
    this.petya.set(version, { hash, texts });
  }

  private speak({ text, by, pauses }: Speaker, index: number, replicas: readonly Replica[]) {
    const replica = replicas[index % replicas.length];
    if (!replica) throw new Error('nobody is there');
    return replica.whileAlive(async () => {
      await this.letOthersCome(pauses[0]);
      const session = await replica.store.find(owner);
      if (!session || (by === 'call' && !isOpen(session.state))) return;
      await this.letOthersCome(pauses[1]);
      const source = by === 'call' ? 'client' : 'socket';
      const spoken = { source, role: 'user', text, key: `key-${index}`, atMs: undefined } as const;
      await replica.transcripts.report(session, spoken);
      this.acknowledged.push(text);
    });
  }

  private async letOthersCome(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) await this.scheduler.schedule(Promise.resolve());
  }

  private stop(replica: Replica | undefined) {
    return replica?.whileAlive(async () => {
      const session = await replica.store.find(owner);
      if (!session) return;
      if (this.plan.endedLongAgo) return this.endLongAgo(replica);
      const taker = { owner: `stopper of ${replica.name}`, seconds: config.budgets.leaseSeconds };
      const held = await replica.store.change(session, (current) =>
        requestStop(current, { reason: 'visitor_ended', by: 'visitor' }, this.now(), taker),
      );
      if (held?.state === 'stopping') await replica.goOn(await replica.stopStep.run(held));
    });
  }

  /** As a look at the vendor's session does it that says so. */
  private async endLongAgo(replica: Replica): Promise<void> {
    await replica.store.readAndChange(owner, (current) =>
      current.state === 'active' ? end('vendor_ended', this.now(), START)(current) : null,
    );
  }

  private upkeep(replica: Replica) {
    return replica.whileAlive(async () => {
      while (!this.isQuiet) await this.lookOnce(replica);
      for (let round = 0; round < ROUNDS; round += 1) await this.lookOnce(replica);
    });
  }

  private async lookOnce(replica: Replica): Promise<void> {
    for (const lane of ['end', 'life', 'outbox'] as const) await replica.workOff(lane, this.now());
  }

  private async pass(): Promise<void> {
    for (const seconds of this.plan.passing) {
      await this.scheduler.schedule(Promise.resolve());
      this.nowMs += seconds * 1000;
    }
  }

  /** A replica that comes later works off what is left, whenever it is due. */
  private async finish(): Promise<void> {
    const replica = this.replica(Infinity, 0);
    await replica.store.readAndChange(owner, (current) =>
      requestStop(current, { reason: 'operator', by: 'operator' }, this.now(), {
        owner: 'operator',
        seconds: 0,
      }),
    );
    for (let round = 0; round < LAST_ROUNDS; round += 1) {
      const { dueAt, outboxDueAt, lease, state } = this.record();
      const isOver = state === 'delivered' && outboxDueAt === null;
      if (isOver && dueAt !== null && dueAt.getTime() - this.now().getTime() > 86_400_000) return;
      const next = [dueAt, outboxDueAt, lease.until].flatMap((at) => at?.getTime() ?? []);
      const later = Math.min(...next.filter((at) => at > this.now().getTime()));
      await this.lookOnce(replica);
      if (later < Infinity) this.nowMs += Math.min(later - this.now().getTime(), 60_000);
    }
  }
}

interface Surroundings {
  readonly pause: () => Promise<void>;
  readonly records: MemorySessions;
  readonly turns: MemoryTurns;
  readonly clock: DatabaseClock;
  readonly read: () => unknown;
  readonly accept: (update: StatusUpdateDto) => void;
}

let replicas = 0;

/** The services that end a session, as one process has them. It dies in the middle of a question. */
class Replica {
  readonly name = `replica-${(replicas += 1)}`;
  readonly store: SessionStore;
  readonly transcripts: TranscriptService;
  readonly stopStep: StopStep;
  readonly reader: RecordReader;
  private readonly runner: StepRunner;
  private readonly clock: DatabaseClock;
  private asked = 0;
  /** Held, and not due yet. */
  private waiting: Session | null = null;
  private readonly dead: Promise<'dead'>;
  private die = (): void => undefined;

  constructor(
    private readonly dies: number,
    { pause, records, turns, clock, read, accept }: Surroundings,
  ) {
    this.dead = new Promise((resolve) => (this.die = () => resolve('dead')));
    this.clock = clock;
    const ask = () => this.ask(pause);
    const sessions = sharing(records, ask) as unknown as SessionRepository;
    const lines = sharing(turns, ask) as unknown as TurnRepository;
    const telemetry = new Telemetry();
    this.store = new SessionStore(sessions, config, clock, telemetry);
    const writer = new TurnWriter(lines, this.store, clock, config);
    this.transcripts = new TranscriptService(writer, lines, this.store, clock);
    const vendors = {
      of: () => ({
        stop: ask,
        readTranscript: () => ask().then(read),
        inspect: () => ask().then(() => ENDED),
      }),
    } as unknown as VendorRegistry;
    const petya = {
      send: async (_conversation: string, update: StatusUpdateDto) => {
        await ask();
        accept(update);
        await ask();
        return DELIVERED;
      },
    } as unknown as PetyaStatusClient;
    const deliveries = new DeliveryService(petya, this.transcripts, config);
    this.reader = new RecordReader(vendors, this.transcripts);
    this.stopStep = new StopStep(this.store, vendors, clock, config);
    const steps = {
      stop: this.stopStep,
      'read-record': new ReadRecordStep(this.store, this.reader, deliveries, clock, config),
      deliver: new DeliverStep(this.store, deliveries, clock, config),
    } as unknown as StepsByName;
    this.runner = new StepRunner(steps, this.store, clock, config, telemetry);
  }

  private isHeld(session: Session): boolean {
    return isHeld(session, this.clock.now());
  }

  private isDue(session: Session): boolean {
    const at = session[DUE_BY[session.lease.lane]];
    return Boolean(at && at <= this.clock.now());
  }

  /** Resolves when the work is done, or when this replica is dead. */
  async whileAlive(work: () => Promise<void>): Promise<void> {
    await Promise.race([work(), this.dead]);
  }

  async workOff(lane: LeaseKind, now: Date): Promise<void> {
    const { waiting } = this;
    this.waiting = null;
    if (waiting) await this.goOn(waiting);
    const due = await this.store.listDue({ lane, now, limit: 1, notAccounts: [] });
    for (const session of due) {
      const until = new Date(now.getTime() + config.budgets.leaseSeconds * 1000);
      const held = await this.store.claim(session, { owner: this.name, lane, until });
      if (held) await this.goOn(await this.runner.run(held));
    }
  }

  /** As the worker does it with a session whose lease was kept. */
  async goOn(settled: Session | null): Promise<void> {
    let held = settled;
    while (held && this.isHeld(held)) {
      if (!this.isDue(held)) return void (this.waiting = held);
      held = await this.runner.run(held);
    }
  }

  private async ask(pause: () => Promise<void>): Promise<void> {
    this.asked += 1;
    if (this.asked > this.dies) {
      this.die();
      await new Promise(() => undefined);
    }
    await pause();
  }
}

function spoil({ store, reader }: Replica, fault: Fault, { records }: MemorySessions): void {
  if (fault === 'keeps what was taken back') {
    const read = reader.read.bind(reader);
    reader.read = async (...asked) => ({ ...(await read(...asked)), record: null });
    return;
  }
  if (fault === 'closes over a change') {
    store.writeAsReadAndRelease = (held, change) => store.writeAndRelease(held, change);
    return;
  }
  const countTurns = store.countTurns.bind(store);
  store.countTurns = async (counts, now) => {
    const isClosing = () => records.get(owner.id)?.state === 'stopped';
    if (!isClosing()) return countTurns(counts, now);
  };
  const isAnyClosing = store.isAnyClosing.bind(store);
  store.isAnyClosing = async (keys) =>
    (await isAnyClosing(keys)) && records.get(owner.id)?.state !== 'stopped';
}

const DELIVERED: DeliveryAttempt = {
  outcome: { kind: 'answered', status: 200, isBodyWellFormed: true },
  summary: 'status 200',
  retryAfterSeconds: undefined,
  wasMade: true,
};

/** The same records, asked by somebody else: whose pauses are its own. */
function sharing<T extends object>(records: T, pause: () => Promise<void>): T {
  return Object.assign(Object.create(records) as T, { pause });
}
