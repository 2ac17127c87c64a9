import type { StatusUpdateDto } from '#contracts';
import { Gate, isDatabaseFault, Telemetry } from '#platform';
import type { AccountsService } from '../../../apps/ilianaai-avatar/src/accounts/accounts.service.js';
import type { VisitorAccess } from '../../../apps/ilianaai-avatar/src/accounts/visitor-access.service.js';
import type { AvatarConfig } from '../../../apps/ilianaai-avatar/src/config/avatar-config.js';
import { DeliveryService } from '../../../apps/ilianaai-avatar/src/delivery/delivery.service.js';
import type {
  DeliveryAttempt,
  PetyaStatusClient,
} from '../../../apps/ilianaai-avatar/src/delivery/petya-status.client.js';
import { ErasureOrdersService } from '../../../apps/ilianaai-avatar/src/erasure/erasure-orders.service.js';
import type { PetyaErasuresClient } from '../../../apps/ilianaai-avatar/src/erasure/petya-erasures.client.js';
import type { DatabaseClock } from '../../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { OpeningRecord } from '../../../apps/ilianaai-avatar/src/sessions/opening-record.js';
import { StartClaims } from '../../../apps/ilianaai-avatar/src/sessions/start-claims.js';
import { StartRecord } from '../../../apps/ilianaai-avatar/src/sessions/start-record.js';
import { SessionBox } from '../../../apps/ilianaai-avatar/src/sessions/store/session-box.js';
import { SessionStore } from '../../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { SessionRepository } from '../../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import type { Session } from '../../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { Departures } from '../../../apps/ilianaai-avatar/src/sessions/departures.js';
import { OwedWishes } from '../../../apps/ilianaai-avatar/src/sessions/owed-wishes.js';
import { SessionAccess } from '../../../apps/ilianaai-avatar/src/sessions/session-access.js';
import { SessionOpener } from '../../../apps/ilianaai-avatar/src/sessions/session-opener.js';
import { VendorRoom } from '../../../apps/ilianaai-avatar/src/sessions/vendor-room.js';
import { SessionsService } from '../../../apps/ilianaai-avatar/src/sessions/sessions.service.js';
import { anOpening } from '../../support/opening.factory.js';
import { anAccount } from '../../support/session.factory.js';
import { AccountRoom } from '../../../apps/ilianaai-avatar/src/sessions/account-room.js';
import { MinutesService } from '../../../apps/ilianaai-avatar/src/budgets/minutes.service.js';
import { SlotService } from '../../../apps/ilianaai-avatar/src/sessions/slot.service.js';
import { StartService } from '../../../apps/ilianaai-avatar/src/sessions/start.service.js';
import { StopService } from '../../../apps/ilianaai-avatar/src/sessions/stop.service.js';
import { VendorStart } from '../../../apps/ilianaai-avatar/src/sessions/vendor-start.js';
import { LiveWords } from '../../../apps/ilianaai-avatar/src/turns/live-words.service.js';
import { AvatarMessageService } from '../../../apps/ilianaai-avatar/src/turns/avatar-message.service.js';
import { TranscriptService } from '../../../apps/ilianaai-avatar/src/turns/transcript.service.js';
import { TurnWriter } from '../../../apps/ilianaai-avatar/src/turns/turn-writer.js';
import type { TurnRepository } from '../../../apps/ilianaai-avatar/src/turns/turn.repository.js';
import { DeliverStep } from '../../../apps/ilianaai-avatar/src/upkeep/steps/deliver.step.js';
import { EraseStep } from '../../../apps/ilianaai-avatar/src/upkeep/steps/erase.step.js';
import { GiveUpStep } from '../../../apps/ilianaai-avatar/src/upkeep/steps/give-up.step.js';
import type { PetyaWatch } from '../../../apps/ilianaai-avatar/src/upkeep/petya-watch.js';
import { CountStep } from '../../../apps/ilianaai-avatar/src/upkeep/steps/count.step.js';
import { PollStep } from '../../../apps/ilianaai-avatar/src/upkeep/steps/poll.step.js';
import { PurgeStep } from '../../../apps/ilianaai-avatar/src/upkeep/steps/purge.step.js';
import { ReadRecordStep } from '../../../apps/ilianaai-avatar/src/upkeep/steps/read-record.step.js';
import { RecordReader } from '../../../apps/ilianaai-avatar/src/upkeep/steps/record-reader.js';
import { ResolveStartStep } from '../../../apps/ilianaai-avatar/src/upkeep/steps/resolve-start.step.js';
import {
  StepRunner,
  type StepsByName,
} from '../../../apps/ilianaai-avatar/src/upkeep/step-runner.js';
import { StopStep } from '../../../apps/ilianaai-avatar/src/upkeep/steps/stop.step.js';
import { Sweeper } from '../../../apps/ilianaai-avatar/src/upkeep/sweeper.js';
import { UpkeepWorker } from '../../../apps/ilianaai-avatar/src/upkeep/upkeep.worker.js';
import { OwedStops } from '../../../apps/ilianaai-avatar/src/vendors/owed-stops.js';
import { VendorRegistry } from '../../../apps/ilianaai-avatar/src/vendors/vendor-registry.js';
import type { MemorySessions } from '../../support/memory-sessions.js';
import type { MemoryTurns } from '../../support/memory-turns.js';
import type { MemoryVendor } from '../../support/memory-vendor.js';
import type { StepJudge } from './step-judge.js';

/** What all replicas share, and how one of them is. */
export interface Surroundings {
  readonly config: AvatarConfig;
  readonly records: MemorySessions;
  readonly turns: MemoryTurns;
  readonly vendor: MemoryVendor;
  readonly judge: StepJudge;
  readonly now: () => Date;
  readonly isSuspended: boolean;
  /** Lets others come before a question, and before its answer. */
  readonly pause: () => Promise<void>;
  /** After how many questions it dies, while it may. */
  readonly dies: number;
  readonly mayDie: () => boolean;
  /** A delivery, with a pause before it arrives and before its answer. */
  readonly deliver: (
    update: StatusUpdateDto,
    pause: () => Promise<void>,
  ) => Promise<DeliveryAttempt>;
}

/** The services of one process. It dies in the middle of a question. */
export class StepReplica {
  isDead = false;
  readonly store: SessionStore;
  readonly opener: SessionOpener;
  readonly access: SessionAccess;
  readonly starts: StartService;
  readonly stops: StopService;
  readonly sessions: SessionsService;
  readonly departures: Departures;
  readonly streaming: AvatarMessageService;
  readonly words: LiveWords;
  readonly orders: ErasureOrdersService;
  readonly sweeper: Sweeper;
  readonly worker: UpkeepWorker;
  readonly deliveries: DeliveryService;
  readonly transcripts: TranscriptService;
  readonly vendorStart: VendorStart;
  readonly steps: StepsByName;
  readonly now: () => Date;
  private asked = 0;
  private readonly dead: Promise<'dead'>;
  private die = (): void => undefined;

  constructor(private readonly around: Surroundings) {
    const { config, judge } = around;
    this.now = around.now;
    this.dead = new Promise((resolve) => (this.die = () => resolve('dead')));
    const ask = () => this.ask();
    const clock = {
      now: around.now,
      lastSilence: () => null,
      ready: () => Promise.resolve(true),
    } as unknown as DatabaseClock;
    const turns = sharing(around.turns, ask) as unknown as TurnRepository;
    const vendor = sharing(around.vendor, ask);
    const vendors = new VendorRegistry([vendor], new OwedStops());
    const telemetry = new Telemetry();
    this.store = new SessionStore(
      sharing(around.records, ask) as unknown as SessionRepository,
      config,
      clock,
      telemetry,
    );
    const { store } = this;
    this.transcripts = new TranscriptService(
      new TurnWriter(turns, store, clock, config),
      turns,
      store,
      clock,
    );
    const deliveries = new JudgedDeliveries(this.petya(ask), this.transcripts, config);
    deliveries.judge = judge;
    this.deliveries = deliveries;
    const { transcripts } = this;
    const reader = new RecordReader(vendors, transcripts);
    const stop = new StopStep(store, vendors, clock, config);
    const resolve = new ResolveStartStep(store, vendors, stop, clock, config);
    this.steps = {
      stop,
      'resolve-start': resolve,
      'give-up': new GiveUpStep(store, clock, config),
      count: new CountStep(store, new MinutesService(store, clock), stop, clock),
      poll: new PollStep(store, reader, this.accounts(ask), clock, config),
      'read-record': new ReadRecordStep(store, reader, deliveries, clock, config),
      deliver: new DeliverStep(store, deliveries, clock, config),
      erase: new EraseStep(store, deliveries, vendors, clock, config),
      purge: new PurgeStep(store, transcripts, clock),
    };
    const runner = new JudgedRunner(this.steps, store, clock, config, telemetry);
    runner.judge = judge;
    const petya = {
      isPassable: true,
      onRecovery: () => undefined,
      probeIfDue: () => Promise.resolve(),
    } as unknown as PetyaWatch;
    this.worker = new UpkeepWorker(config, store, runner, clock, petya);
    const { worker } = this;
    const wishes = new OwedWishes();
    this.departures = new Departures(store, worker, clock, config, wishes);
    const { departures } = this;
    this.stops = new StopService(store, stop, worker, clock, wishes);
    const slots = new SlotService(
      new AccountRoom(config, new MinutesService(store, clock), clock, anOpening()),
      store,
      this.stops,
      clock,
      new Gate({ least: 1, usual: 1, most: 1 }),
    );
    const box = new SessionBox(config);
    const opening = new OpeningRecord(store, vendors, box, clock);
    this.opener = new SessionOpener(
      slots,
      new VendorRoom(config, store, clock),
      opening,
      departures,
      telemetry,
    );
    this.vendorStart = new VendorStart(vendors, store, resolve, worker, clock);
    const claims = new StartClaims(store, departures, clock, new MinutesService(store, clock));
    const record = new StartRecord(config, store, box, worker, clock);
    this.starts = new StartService(claims, this.vendorStart, record, box, telemetry);
    this.sessions = new SessionsService(store, transcripts, vendors, worker, clock);
    this.access = new SessionAccess(store, clock, {} as VisitorAccess);
    this.words = new LiveWords(transcripts, store, this.stops, clock);
    this.streaming = new AvatarMessageService(this.access, transcripts, this.words);
    const orders = { found: ask } as unknown as PetyaErasuresClient;
    this.orders = new ErasureOrdersService(store, worker, clock, orders);
    this.sweeper = new Sweeper(store, vendors, config, clock);
  }

  /** Resolves when the work is done, or when this replica is dead. */
  whileAlive<T>(work: () => Promise<T>): Promise<T | 'dead'> {
    return Promise.race([work(), this.dead]);
  }

  create(): Promise<Awaited<ReturnType<MemoryVendor['create']>>> {
    return sharing(this.around.vendor, () => this.ask()).create();
  }

  private petya(ask: () => Promise<void>): PetyaStatusClient {
    const send = (_conversation: string, update: StatusUpdateDto) =>
      this.around.deliver(update, ask);
    return { send } as unknown as PetyaStatusClient;
  }

  private accounts(ask: () => Promise<void>): AccountsService {
    const lookUp = async () => {
      await ask();
      return this.around.isSuspended ? { refused: 'suspended' } : { found: anAccount() };
    };
    return { lookUp } as unknown as AccountsService;
  }

  private async ask(): Promise<void> {
    this.asked += 1;
    if (this.isDead || (this.asked > this.around.dies && this.around.mayDie())) {
      this.isDead = true;
      this.die();
      await new Promise(() => undefined);
    }
    await this.around.pause();
  }
}

/** Nobody sends what is erased. */
class JudgedDeliveries extends DeliveryService {
  judge: StepJudge | null = null;

  override send(session: Session): ReturnType<DeliveryService['send']> {
    this.judge?.sends(session);
    return super.send(session);
  }
}

/** No step fails but for the database. */
class JudgedRunner extends StepRunner {
  judge: StepJudge | null = null;

  override async run(session: Session): Promise<Session | null> {
    try {
      return await super.run(session);
    } catch (error) {
      if (!isDatabaseFault(error)) this.judge?.violate(`a step failed: ${String(error)}`);
      throw error;
    }
  }
}

/** The same things, asked by somebody else: whose pauses are its own. */
function sharing<T extends object>(things: T, pause: () => Promise<void>): T {
  return Object.assign(Object.create(things) as T, { pause });
}
