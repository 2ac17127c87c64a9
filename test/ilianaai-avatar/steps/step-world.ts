import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Scheduler } from 'fast-check';
import { type ErasureOrderDto, type StatusUpdateDto } from '#contracts';
import { AppError, isDatabaseFault } from '#platform';
import type { SessionHolder } from '../../../apps/ilianaai-avatar/src/auth/caller.js';
import type { DeliveryAttempt } from '../../../apps/ilianaai-avatar/src/delivery/petya-status.client.js';
import { later } from '../../../apps/ilianaai-avatar/src/sessions/domain/session-timing.js';
import type { Session } from '../../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import type { OpenRequest } from '../../../apps/ilianaai-avatar/src/sessions/new-session.js';
import { anAvatarConfig } from '../../support/avatar-config.factory.js';
import { databaseAway } from '../../support/database-faults.js';
import { MemorySessions } from '../../support/memory-sessions.js';
import { MemoryTurns } from '../../support/memory-turns.js';
import { MemoryVendor, type VendorTrouble } from '../../support/memory-vendor.js';
import { anAccount, START, TRACE_ID } from '../../support/session.factory.js';
import { standIn } from '../../support/stand-in.js';
import { VirtualTime } from '../../support/virtual-time.js';
import { ERASED_VISITOR, StepJudge } from './step-judge.js';
import { MAX_SESSION_SECONDS, standingAtVendor, standingSession } from './standing-session.js';
import type { Act, Party, Standing, StepPlan } from './step-plan.js';
import { StepReplica } from './step-replica.js';

/** Makes something wrong with a replica, for a test of the test. */
export type Spoil = (replica: StepReplica, world: { readonly records: MemorySessions }) => void;

const config = anAvatarConfig({ RECONCILE_UNKNOWN_SESSIONS: 'true' });

/** Where everybody waits for a timer, so much time goes by at once. */
const IDLE_MS = 1_000;

/** A vendor's list shows for so long what it may be about to tell of. */
const SWEEP_SECONDS = 31;

/** The longest pause between two attempts to stop something. */
const RETRIES_SECONDS = 5;

/** More than anything here takes. */
const MOST_STEPS = 20_000;
const MOST_ROUNDS = 300;

const order: ErasureOrderDto = {
  erasureId: 'erasure-1',
  accountId: 'acc-1',
  scope: 'visitor',
  orderedAt: START.toISOString(),
  visitorId: ERASED_VISITOR,
  conversationIds: [],
  sessionIds: [],
};

/**
 * Plays what happens with two replicas over one set of records. Each question to the database, to
 * the vendor and to Petya is a place where anybody else may come first, or where a replica dies. Then
 * whoever lives finishes what is left, or a third replica where nobody does.
 * @returns the promises that were broken
 */
export async function playSteps(
  scheduler: Scheduler,
  plan: StepPlan,
  spoil?: Spoil,
): Promise<readonly string[]> {
  const world = new World(scheduler, plan, spoil);
  const giveBack = world.time.takeOver();
  const giveChanceBack = standIn(Math, 'random', () => 0.5);
  try {
    return await world.play();
  } finally {
    giveChanceBack();
    giveBack();
  }
}

/** A session as somebody has it. */
type Hold = Pick<Session, 'id' | 'accountId' | 'vendorSessionId' | 'grant'>;

class World {
  readonly time = new VirtualTime();
  readonly records = new MemorySessions(() => Promise.resolve());
  private readonly turns = new MemoryTurns(() => Promise.resolve());
  private readonly vendor: MemoryVendor;
  private readonly judge: StepJudge;
  private readonly account;
  private replicas: StepReplica[] = [];
  private words = 0;
  private deliveries = 0;
  private vendorCalls = 0;
  private isErasing = false;
  /** Where everybody waits for the scheduler; at the end nobody does. */
  private isFree = false;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly plan: StepPlan,
    private readonly spoil?: Spoil,
  ) {
    const limits = {
      ...anAccount().limits,
      maxConcurrentSessions: plan.slots,
      maxSessionSeconds: MAX_SESSION_SECONDS,
    };
    this.account = anAccount({ limits });
    this.vendor = new MemoryVendor(() => Promise.resolve(), {
      name: plan.vendor,
      nextTrouble: () => this.nextTrouble(),
      comeLate: () => this.letOthersCome(LATE),
    });
    this.judge = new StepJudge(this.vendor, plan.slots, () => this.now());
    const { records } = this.records;
    const set = records.set.bind(records);
    records.set = (id, after) => {
      const before = records.get(id);
      set(id, after);
      this.judge.wrote(before, after, [...records.values()]);
      return records;
    };
    if (plan.standing) this.stand(plan.standing);
    const troubles = plan.writeTroubles.map((trouble) =>
      trouble === 'none' ? null : { error: databaseAway(), isDone: trouble === 'unanswered' },
    );
    this.records.faults.push(...troubles);
  }

  async play(): Promise<readonly string[]> {
    const { plan } = this;
    this.replicas = plan.deaths.map((dies, index) => this.replica(dies, plan.slowness[index] ?? 1));
    for (const [index, replica] of this.replicas.entries()) {
      if (plan.workers[index]) replica.worker.onApplicationBootstrap();
    }
    const parties = plan.parties.map((party) => this.live(party));
    await this.untilDone(Promise.all([...parties, this.pass()]));
    this.isFree = true;
    await this.drain();
    await this.finish();
    return this.judge.violations;
  }

  /** One question after the other; time goes by where nobody asks anything. */
  private async untilDone(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    for (let step = 0; ; step += 1) {
      await nextTurn();
      if (isDone) break;
      if (step > MOST_STEPS) return this.judge.violate('it never ends');
      if (this.scheduler.count() > 0) await this.scheduler.waitOne();
      else this.passTo(this.time.nextAtMs() ?? 0);
    }
    await done;
  }

  private async drain(): Promise<void> {
    await nextTurn();
    while (this.scheduler.count() > 0) {
      await this.scheduler.waitOne();
      await nextTurn();
    }
  }

  private replica(dies: number, slowness: number): StepReplica {
    const replica = new StepReplica({
      config,
      records: this.records,
      turns: this.turns,
      vendor: this.vendor,
      judge: this.judge,
      now: () => this.now(),
      isSuspended: this.plan.isSuspended,
      pause: () => this.letOthersCome(slowness),
      dies,
      mayDie: () => !this.isFree,
      deliver: (update, pause) => this.deliver(update, pause),
    });
    this.spoil?.(replica, this);
    return replica;
  }

  private now(): Date {
    return new Date(START.getTime() + this.time.nowMs);
  }

  private nextTrouble(): VendorTrouble {
    const trouble = this.plan.vendorTroubles[this.vendorCalls] ?? 'none';
    this.vendorCalls += 1;
    return this.isFree ? 'none' : trouble;
  }

  private async letOthersCome(times: number): Promise<void> {
    for (let time = 0; time < times && !this.isFree; time += 1) {
      await this.scheduler.schedule(Promise.resolve());
    }
  }

  private async pass(): Promise<void> {
    for (const seconds of this.plan.passing) {
      await this.letOthersCome(1);
      this.time.pass(seconds * 1000);
    }
  }

  private passTo(atMs: number): void {
    this.time.pass(Math.max(IDLE_MS, atMs - this.time.nowMs));
  }

  private stand(standing: Standing): void {
    const { vendor } = this.plan;
    const session = standingSession(standing, { vendor, now: this.now(), config });
    this.vendor.sessions.set('vendor-1', standingAtVendor(standing, vendor));
    this.records.records.set(session.id, session);
    if (standing.state === 'delivered') {
      this.judge.delivered('vendor-1', 1, { status: 'completed', texts: [] });
    }
  }

  /** One act after the other, each at a replica that lives. */
  private async live(party: Party): Promise<void> {
    const standing = this.records.records.get('session-1');
    const grant = party.holds === 'another token' ? 'grant-2' : 'grant-1';
    let hold: Hold | null = standing && party.holds !== 'nothing' ? { ...standing, grant } : null;
    for (const act of party.acts) {
      await this.letOthersCome(party.pause);
      const replica = this.replicas[party.at];
      const alive =
        replica?.isDead === false ? replica : this.replicas.find((each) => !each.isDead);
      if (!alive) return;
      if (act === 'token') hold = (await this.open(alive, party)) ?? hold;
      else await this.act(alive, act, hold);
    }
  }

  private async open(replica: StepReplica, party: Party): Promise<Hold | null> {
    const request = { mostLive: this.judge.countLive() };
    this.judge.requests.add(request);
    let taken: Hold | null = null;
    const answer = await outcome(
      replica.whileAlive(async () => {
        taken = await this.openAt(replica, party);
      }),
    );
    this.judge.requests.delete(request);
    if (answer === 'account_full') this.judge.full(request);
    this.judgeAnswer('token', answer);
    return taken;
  }

  private async openAt(replica: StepReplica, party: Party): Promise<Hold | null> {
    const { isKnown, idempotencyKey } = party;
    const request: OpenRequest = {
      conversation_id: isKnown ? 'conversation-1' : null,
      visitor_id: isKnown ? ERASED_VISITOR : null,
    };
    const { session, grant } = await replica.opener.open({
      vendor: this.plan.vendor,
      caller: {
        kind: 'customer',
        account: this.account,
        origin: null,
        opener: null,
        visitorToken: null,
        earlier: null,
      },
      request,
      standing: { visitorId: null, conversation: isKnown ? 'own' : 'none' },
      idempotencyKey,
      traceId: TRACE_ID,
      create: () => replica.create(),
    });
    return session.vendorSessionId === null ? null : { ...session, grant };
  }

  private async act(replica: StepReplica, act: Exclude<Act, 'token'>, hold: Hold | null) {
    if (act === 'erase') return this.erase(replica);
    if (act === 'vendor-ends') return this.vendor.end('vendor-1');
    if (act === 'sweep') return void (await replica.whileAlive(() => replica.sweeper.sweep()));
    if (!hold) return;
    const before = this.records.records.get(hold.id);
    // Nobody has a socket before the start.
    if (act === 'overhear' && before?.startedAt === null) return;
    const sinceMs = this.time.nowMs;
    const isStart = act === 'start' || act === 'start-unheard';
    if (isStart) this.judge.starts(hold.id, 1);
    const answer = await outcome(replica.whileAlive(() => this.call(replica, act, hold)));
    if (isStart && answer !== 'dead') this.judge.starts(hold.id, -1);
    this.judgeAnswer(act, answer);
    if (isStart || act === 'say') this.judge.begun(act, before, answer);
    if (answer !== 'ok') return;
    if (isStart) {
      this.judge.started(this.records.records.get(hold.id), hold.id, hold.grant);
    }
    if (act === 'stop' && before) this.judge.stopped(before, this.time.nowMs - sinceMs);
  }

  private async call(
    replica: StepReplica,
    act: Exclude<Act, 'token' | 'erase' | 'sweep' | 'vendor-ends'>,
    { id, accountId, grant, vendorSessionId }: Hold,
  ): Promise<void> {
    const session_id = vendorSessionId ?? '';
    const expiresAt = later(this.now(), 3600);
    const claims = { sessionId: id, accountId, grant, vendorSessionId: session_id, expiresAt };
    const caller: SessionHolder = {
      kind: 'session',
      claims: { ...claims, origin: null },
      origin: null,
    };
    if (act === 'say' || act === 'overhear') {
      this.words += 1;
      const text = `word ${this.words}`;
      if (act === 'say')
        await replica.streaming.message(caller, { session_id, text, role: 'user' });
      else await this.overhear(replica, id, text);
      return this.judge.acknowledged(id, text);
    }
    const find = () => replica.access.getToChange(caller, undefined);
    if (act === 'stop') {
      return void (await replica.stops.stopFound({ what: `${id} ${grant}` }, find, {
        reason: 'visitor_ended',
        by: 'visitor',
      }));
    }
    if (act === 'leave') return void (await replica.departures.leave(`${id} ${grant}`, find));
    if (act === 'keep-alive') {
      return void (await replica.sessions.keepAlive(find, { next_within_s: 5 }));
    }
    const session = await find();
    if (act === 'start') await replica.starts.run(session, grant);
    if (act === 'start-unheard') await replica.starts.run(session, grant, this.goesSoon());
  }

  private goesSoon(): AbortSignal {
    const gone = new AbortController();
    void this.letOthersCome(LATE).then(() => gone.abort());
    return gone.signal;
  }

  private async overhear({ words }: StepReplica, id: string, text: string): Promise<void> {
    const heard = { source: 'socket', role: 'user', text, taskId: null } as const;
    const session = this.records.records.get(id);
    if (session) await words.overhear(session, { ...heard, atMs: this.now().getTime() });
  }

  private judgeAnswer(act: string, answer: string): void {
    if (answer.startsWith('!')) this.judge.violate(`${act} was answered with ${answer}`);
  }

  private async erase(replica: StepReplica): Promise<void> {
    this.isErasing = true;
    await outcome(replica.whileAlive(() => replica.orders.carryOut(order)));
  }

  private async deliver(
    { sessionId, version = 0, status, transcript, visitorId }: StatusUpdateDto,
    pause: () => Promise<void>,
  ): Promise<DeliveryAttempt> {
    const trouble = this.plan.petyaTroubles[this.deliveries] ?? 'none';
    this.deliveries += 1;
    await pause();
    if (trouble === 'unreached') return UNANSWERED;
    if (this.isErasing && visitorId === ERASED_VISITOR) return ERASED;
    const texts = (transcript ?? []).map((each) => each.transcript);
    this.judge.delivered(sessionId, version, { status, texts });
    await pause();
    return trouble === 'lost' ? UNANSWERED : DELIVERED;
  }

  /** Whoever lives, or a replica that comes later, works off what is left, whenever it is due. */
  private async finish(): Promise<void> {
    const survivor = this.replicas.find(({ isDead }, index) => !isDead && this.plan.workers[index]);
    const replica = survivor ?? this.replica(Infinity, 0);
    if (!survivor) replica.worker.onApplicationBootstrap();
    let isErased = !this.isErasing;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      await this.quiet();
      if (!isErased) isErased = await replica.orders.carryOut(order).catch(() => false);
      await this.quiet();
      const next = this.nextDueMs();
      if (next === null && isErased) break;
      this.passTo(next ?? 0);
    }
    if (!isErased) this.judge.violate('the erasure is never done');
    await this.sweep(replica);
    for (const record of this.records.records.values()) {
      const lines = [...this.turns.lines.values()].filter(({ owner }) => owner.id === record.id);
      this.judge.rests(record, lines.length, this.isErasing);
    }
    this.judge.vendorRests();
  }

  private async sweep(replica: StepReplica): Promise<void> {
    // What waits a moment for its next attempt has it.
    this.time.pass(RETRIES_SECONDS * 1000);
    await this.quiet();
    if (this.isCalm() && this.vendor.listPaid().length > 0) {
      this.judge.violate('the vendor runs what only a sweep has found');
    }
    await replica.sweeper.sweep();
    this.time.pass(SWEEP_SECONDS * 1000);
    await this.quiet();
    await replica.sweeper.sweep();
    await this.quiet();
    for (const id of this.vendor.listPaid()) this.judge.violate(`${id} runs on for ever`);
  }

  /** Whether nobody has died and nothing came late: then nothing is left to a sweep. */
  private isCalm(): boolean {
    const { deaths, vendorTroubles } = this.plan;
    const isOpenedUnknown = this.vendor.opensAtOnce && vendorTroubles.includes('lost');
    return (
      deaths.every((dies) => dies === Infinity) &&
      !vendorTroubles.includes('late') &&
      !isOpenedUnknown
    );
  }

  private async quiet(): Promise<void> {
    await nextTurn();
    await nextTurn();
  }

  /** When something is due of a session that has not come to rest; null where all have. */
  private nextDueMs(): number | null {
    const nowMs = this.now().getTime();
    const next = [...this.records.records.values()].flatMap((session) => {
      if (hasComeToRest(session, nowMs)) return [];
      const { outboxDueAt: outbox, lease } = session;
      return [session.dueAt, outbox, lease.until].flatMap((at) => at?.getTime() ?? []);
    });
    if (next.length === 0) return null;
    const laterMs = next.filter((at) => at > nowMs);
    return this.time.nowMs + Math.max(0, Math.min(...laterMs, nowMs + 60_000) - nowMs);
  }
}

/** How many others come before a call has its effect that nobody waits for. */
const LATE = 6;

const DAY_MS = 86_400_000;

/** What is due in days is not waited for. */
function hasComeToRest(
  { dueAt: due, outboxDueAt: outbox, state }: Session,
  nowMs: number,
): boolean {
  const isOver = ['delivered', 'failed', 'erased'].includes(state);
  return isOver && outbox === null && (due === null || due.getTime() - nowMs > DAY_MS);
}

/** What came of a call: `ok`, the code of the problem, or with a mark what should not have happened. */
async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    return (await call) === 'dead' ? 'dead' : 'ok';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    return isDatabaseFault(error) ? 'unavailable' : `! ${String(error)}`;
  }
}

const DELIVERED: DeliveryAttempt = {
  outcome: { kind: 'answered', status: 200, isBodyWellFormed: true },
  summary: 'status 200',
  retryAfterSeconds: undefined,
  wasMade: true,
};

const UNANSWERED: DeliveryAttempt = { ...DELIVERED, outcome: { kind: 'unanswered' } };
const ERASED: DeliveryAttempt = { ...DELIVERED, outcome: { kind: 'erased' } };
