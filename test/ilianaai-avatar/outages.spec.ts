import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Telemetry } from '#platform';
import type { AccountsService } from '../../apps/ilianaai-avatar/src/accounts/accounts.service.js';
import { PetyaCircuit } from '../../apps/ilianaai-avatar/src/accounts/petya-circuit.js';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { DeliveryService } from '../../apps/ilianaai-avatar/src/delivery/delivery.service.js';
import { PetyaStatusClient } from '../../apps/ilianaai-avatar/src/delivery/petya-status.client.js';
import { toFinalUpdate } from '../../apps/ilianaai-avatar/src/delivery/status-update.mapper.js';
import type { Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { TranscriptService } from '../../apps/ilianaai-avatar/src/turns/transcript.service.js';
import { PetyaWatch } from '../../apps/ilianaai-avatar/src/upkeep/petya-watch.js';
import type { StepRunner } from '../../apps/ilianaai-avatar/src/upkeep/step-runner.js';
import { DeliverStep } from '../../apps/ilianaai-avatar/src/upkeep/steps/deliver.step.js';
import { UpkeepWorker } from '../../apps/ilianaai-avatar/src/upkeep/upkeep.worker.js';
import { contentHash } from '../../apps/ilianaai-avatar/src/delivery/status-update.mapper.js';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { aSession } from '../support/session.factory.js';
import { inSlices } from '../../apps/ilianaai-avatar/src/turns/merge/steps.js';
import { of, throwError } from 'rxjs';
import type { HttpService } from '@nestjs/axios';

Logger.overrideLogger(false);

/** How one call to Petya ends: with a status, or with no answer. */
type Fault = 429 | 500 | 503 | 'slow 429' | 'reset' | 'hang';

/** After Petya is well everything that waits is delivered within so long, in seconds. */
const DELIVERED_WITHIN = 20;
const HANG_MS = 10_000;
const SESSIONS = 6;
const NO_TURNS = { turns: [], truncated: false };

beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-03-01T12:00:00Z') });
});
afterEach(() => {
  jest.useRealTimers();
});

/** Petya, which fails in a mix of ways until it is well. */
class FailingPetya {
  isWell = false;
  calls = 0;
  readonly taken = new Map<string, number>();

  constructor(
    private readonly mix: readonly Fault[],
    /** Sessions that it never takes, with a status of their own. */
    private readonly neverTaken: ReadonlySet<string> = new Set(),
  ) {}

  post(_address: string, update: { sessionId: string; version: number }) {
    this.calls += 1;
    const { sessionId, version } = update;
    if (this.neverTaken.has(sessionId)) return answer(500, {});
    if (this.isWell) {
      this.taken.set(sessionId, Date.now());
      return answer(200, { sessionId, version });
    }
    const fault = this.mix[this.calls % this.mix.length] ?? 'reset';
    if (fault === 'reset' || fault === 'hang') return throwError(() => new Error(fault));
    return fault === 'slow 429' ? answer(429, {}, '3600') : answer(fault, {});
  }

  /** As a look-up of an account's configuration, which other sessions make all the while. */
  async probe(isAnswered: boolean): Promise<void> {
    if (!this.isWell && !isAnswered) throw new Error('reset');
  }
}

function answer(status: number, data: unknown, retryAfter?: string) {
  return of({
    status,
    data,
    headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  });
}

/** A replica's outbox: everything about deliveries is real but Petya and the database. */
function aReplica(records: MemorySessions, petya: FailingPetya, isConfigAnswered: boolean) {
  const config = anAvatarConfig();
  const clock = {
    now: () => new Date(),
    ready: () => Promise.resolve(true),
    lastSilence: () => null,
  } as unknown as DatabaseClock;
  const store = new SessionStore(
    records as unknown as SessionRepository,
    config,
    clock,
    new Telemetry(),
  );
  const circuit = new PetyaCircuit(config);
  const client = new PetyaStatusClient(
    petya as unknown as HttpService,
    config,
    circuit,
    new Telemetry(),
  );
  const transcripts = { read: async () => NO_TURNS } as unknown as TranscriptService;
  const deliveries = new DeliveryService(client, transcripts, config);
  const step = new DeliverStep(store, deliveries, clock, config);
  const accounts = {
    probePetya: () =>
      circuit
        .run(() => petya.probe(isConfigAnswered))
        .then(
          () => true,
          () => false,
        ),
  } as unknown as AccountsService;
  const watch = new PetyaWatch(circuit, accounts, store, clock, config);
  const worker = new UpkeepWorker(
    config,
    store,
    { run: (session: Session) => step.run(session) } as unknown as StepRunner,
    clock,
    watch,
  );
  return worker;
}

/** A session that has ended and is to be delivered. */
async function anEnded(id: string): Promise<Session> {
  const now = new Date();
  const session = aSession({
    id,
    vendorSessionId: id,
    accountId: `acc-${id}`,
    state: 'final',
    slot: null,
    startedAt: now,
    endedAt: now,
    endReason: 'visitor_ended',
    outboxDueAt: now,
    dueAt: null,
  });
  const delivery = { ...session.delivery, version: 1, nextAttemptAt: now };
  const hash = await inSlices(contentHash(toFinalUpdate({ ...session, delivery }, NO_TURNS)));
  return { ...session, delivery: { ...delivery, hash } };
}

interface Outage {
  readonly mix: readonly Fault[];
  readonly seconds: number;
  readonly replicas: number;
  /** Whether look-ups of accounts are answered meanwhile. */
  readonly isConfigAnswered: boolean;
}

/** @returns seconds from Petya's recovery to each session's delivery, the longest last */
async function delaysAfter({ mix, seconds, replicas, isConfigAnswered }: Outage) {
  const records = new MemorySessions(() => Promise.resolve());
  const petya = new FailingPetya(mix);
  const workers = Array.from({ length: replicas }, () =>
    aReplica(records, petya, isConfigAnswered),
  );
  for (const worker of workers) worker.onApplicationBootstrap();
  for (let index = 0; index < SESSIONS; index += 1) {
    const session = await anEnded(`s${index}`);
    records.records.set(session.id, session);
    await jest.advanceTimersByTimeAsync(1_000);
  }
  await jest.advanceTimersByTimeAsync((seconds - SESSIONS) * 1_000);
  petya.isWell = true;
  const wellAt = Date.now();
  await jest.advanceTimersByTimeAsync(120_000);
  const delays = [...petya.taken.values()].map((at) => (at - wellAt) / 1_000);
  const closing = Promise.all(workers.map((worker) => worker.beforeApplicationShutdown()));
  await jest.advanceTimersByTimeAsync(HANG_MS);
  await closing;
  return delays.toSorted((one, other) => one - other);
}

const MIXES: readonly (readonly Fault[])[] = [
  ['reset', 'reset', 429, 'reset'],
  ['hang', 'reset', 429],
  [503, 'slow 429', 'reset'],
  [500],
  [429],
  ['slow 429'],
];

describe('after Petya was away', () => {
  it.each(
    MIXES.flatMap((mix) =>
      [10, 30, 45, 90, 400].flatMap((seconds) =>
        [1, 2].flatMap((replicas) =>
          [true, false].map((isConfigAnswered) => ({ mix, seconds, replicas, isConfigAnswered })),
        ),
      ),
    ),
  )(
    'for $seconds s with $mix, everything is delivered soon ($replicas replicas, look-ups answered: $isConfigAnswered)',
    async (outage) => {
      const delays = await delaysAfter(outage);
      expect(delays).toHaveLength(SESSIONS);
      expect(delays.at(-1)).toBeLessThan(DELIVERED_WITHIN);
    },
  );
});

describe('a delivery that Petya never takes', () => {
  it('is a rare call, whatever else is delivered beside it', async () => {
    const records = new MemorySessions(() => Promise.resolve());
    const petya = new FailingPetya([], new Set(['never']));
    petya.isWell = true;
    const worker = aReplica(records, petya, true);
    worker.onApplicationBootstrap();
    const never = await anEnded('never');
    records.records.set(never.id, never);
    for (let index = 0; index < 120; index += 1) {
      const session = await anEnded(`s${index}`);
      records.records.set(session.id, session);
      await jest.advanceTimersByTimeAsync(5_000);
    }
    expect(petya.taken.size).toBe(120);
    // Ten minutes: one attempt in five seconds would be 120.
    expect(petya.calls - 120).toBeLessThan(100);
    const closing = worker.beforeApplicationShutdown();
    await jest.advanceTimersByTimeAsync(HANG_MS);
    await closing;
  });
});
