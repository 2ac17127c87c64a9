import { noShowAt } from '../../../apps/ilianaai-avatar/src/sessions/domain/session-timing.js';
import {
  canMove,
  isLive,
} from '../../../apps/ilianaai-avatar/src/sessions/domain/session-states.js';
import type { Session } from '../../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { isDeepStrictEqual } from 'node:util';
import { someBudgets } from '../../support/session.factory.js';
import type { MemoryVendor } from '../../support/memory-vendor.js';

/** A request for a token, and how many sessions lived at most while it ran. */
export interface TokenRequest {
  mostLive: number;
}

/**
 * Watches what is written, asked and answered, and holds it against what is promised: states only
 * go forward, a slot for each live session, nothing paid without a live record, the media for one
 * token, what was acknowledged delivered once.
 */
export class StepJudge {
  readonly violations: string[] = [];
  readonly requests = new Set<TokenRequest>();
  /** Sessions that somebody starts, who undoes it where it was not to be. */
  private readonly starting = new Map<string, number>();
  private readonly starters = new Map<string, string>();
  private readonly said = new Map<string, string[]>();
  private readonly deliveries = new Map<string, Map<number, Delivered>>();
  private readonly toBeErased = new Set<string>();
  private inserted = 0;
  private records: readonly Session[] = [];

  constructor(
    private readonly vendor: MemoryVendor,
    private readonly slots: number,
    private readonly now: () => Date,
  ) {}

  violate(what: string): void {
    this.violations.push(what);
  }

  /** A record is about to stand as told; `all` are the records with it. */
  wrote(before: Session | undefined, after: Session, all: readonly Session[]): void {
    this.records = all;
    if (before) this.judgeChange(before, after);
    else this.inserted += 1;
    if (after.visitorId === ERASED_VISITOR) this.toBeErased.add(after.id);
    this.judgeSlots(after);
    const live = this.countLive();
    for (const request of this.requests) request.mostLive = Math.max(request.mostLive, live);
  }

  countLive(): number {
    return this.records.filter(({ state }) => isLive(state)).length;
  }

  private judgeChange(before: Session, after: Session): void {
    const { state, id } = after;
    if (before.state !== state && !canMove(before.state, state)) {
      this.violate(`${id} went from ${before.state} to ${state}`);
    }
    if (before.startedBy !== null && before.startedBy !== after.startedBy) {
      this.violate(`${id} was taken from who had started it`);
    }
    if (before.lease.epoch > after.lease.epoch) this.violate(`${id} has an older epoch`);
    if (before.erasedAt && !after.erasedAt) this.violate(`${id} is not to be erased any more`);
    if (isLive(before.state) && !isLive(state)) this.judgeEnd(before, after);
  }

  private judgeEnd(before: Session, { id, vendorSessionId, endReason }: Session): void {
    const isStarting = (this.starting.get(id) ?? 0) > 0;
    const mayStart = isStarting || this.vendor.lateStarts.has(vendorSessionId ?? '');
    if (this.vendor.isPaid(vendorSessionId) && !mayStart) {
      this.violate(`${id} has ended (${endReason}) and the vendor still runs it`);
    }
    const isUnstarted = before.state === 'creating' || before.state === 'created';
    const hasTime = noShowAt(before, someBudgets()) > this.now();
    if (endReason === 'no_show' && isUnstarted && hasTime) {
      this.violate(`${id} was given up before its time`);
    }
  }

  private judgeSlots({ id, state, slot }: Session): void {
    if (isLive(state) !== (slot !== null)) this.violate(`${id} is ${state} and has slot ${slot}`);
    const slots = this.records.flatMap((each) => each.slot ?? []);
    if (new Set(slots).size < slots.length) this.violate(`slot ${slot} was given out twice`);
    if (slots.length > this.slots) this.violate('more sessions live than the account may have');
  }

  /** A start begins, and is over. Of one whose replica dies only its beginning is told. */
  starts(id: string, by: 1 | -1): void {
    this.starting.set(id, (this.starting.get(id) ?? 0) + by);
  }

  /** A start was answered with the media. */
  started(record: Session | undefined, id: string, grant: string): void {
    const starter = this.starters.get(id) ?? grant;
    this.starters.set(id, starter);
    if (starter !== grant || record?.startedBy !== grant) {
      this.violate(`the media of ${id} went to two tokens`);
    }
    if (record?.startedAt === null) this.violate(`${id} runs by the answer and not by its record`);
  }

  /** A stop was answered, so many milliseconds after it was asked for. */
  stopped(before: Session, tookMs: number): void {
    const id = before.vendorSessionId ?? '';
    const { vendor } = this;
    const mayHaveGivenUp = tookMs >= STOP_PATIENCE_MS || vendor.lateStarts.has(id);
    // Whoever starts it meanwhile ends it, as soon as the vendor has answered, whatever it is by then.
    const isBeingStarted = (this.starting.get(before.id) ?? 0) > 0;
    const isStarters = isBeingStarted || before.state === 'created' || before.state === 'starting';
    if (mayHaveGivenUp || isStarters || !vendor.isPaid(id) || vendor.stops.has(id)) return;
    this.violate(`the stop of ${before.id} was acknowledged and the vendor was never asked`);
  }

  full({ mostLive }: TokenRequest): void {
    if (mostLive < this.slots) this.violate('an account was full that never was');
  }

  acknowledged(id: string, text: string): void {
    this.said.set(id, [...(this.said.get(id) ?? []), text]);
  }

  /** Whoever begins something about an erased session is told that it has ended. */
  begun(what: string, record: Session | undefined, answer: string): void {
    if (record?.erasedAt && answer === 'ok') this.violate(`${what} of an erased session was taken`);
  }

  sends(held: Session): void {
    if (held.erasedAt) this.violate(`${held.id} was delivered though it is erased`);
  }

  /** A delivery has arrived. */
  delivered(id: string, version: number, content: Delivered): void {
    const versions = this.deliveries.get(id) ?? new Map<number, Delivered>();
    this.deliveries.set(id, versions);
    const known = versions.get(version);
    if (known && !isDeepStrictEqual(known, content)) {
      this.violate(`version ${version} of ${id} has two contents`);
    }
    versions.set(version, content);
  }

  /** Everything has come to rest. */
  rests(record: Session, turns: number, isErasing: boolean): void {
    const { id, state, slot } = record;
    if (slot !== null) this.violate(`${id} keeps slot ${slot}`);
    if (isErasing && this.toBeErased.has(id)) this.restsErased(record, turns);
    else if (!['delivered', 'failed'].includes(state)) this.violate(`${id} rests as ${state}`);
    else if (state === 'delivered') this.restsDelivered(record);
    else if (this.said.has(id)) this.violate(`${id} failed with words in it`);
  }

  private restsErased({ id, state, visitorId, vendorSessionId }: Session, turns: number): void {
    if (state !== 'erased') this.violate(`${id} was to be erased and is ${state}`);
    if (turns > 0 || visitorId !== null) this.violate(`${id} is erased and says who said what`);
    const kept = this.vendor.sessions.get(vendorSessionId ?? '');
    if (kept && !kept.isForgotten) this.violate(`the vendor still knows the erased ${id}`);
  }

  private restsDelivered({ id, vendorSessionId, delivery }: Session): void {
    const texts = this.deliveries.get(vendorSessionId ?? '')?.get(delivery.version)?.texts;
    if (!texts) return this.violate(`the last version of ${id} was never delivered`);
    if (new Set(texts).size < texts.length) this.violate(`${id} was delivered with a word twice`);
    const lost = (this.said.get(id) ?? []).filter((text) => !texts.includes(text));
    if (lost.length > 0) this.violate(`${lost.join()} was acknowledged in ${id} and lost`);
  }

  vendorRests(): void {
    const { sessions } = this.vendor;
    if (sessions.size > this.inserted) this.violate('more sessions at the vendor than records');
    const isTwice = [...sessions.values()].some(({ starts }) => starts > 1);
    if (isTwice) this.violate('a session was started twice');
  }
}

export interface Delivered {
  readonly status: string;
  readonly texts: readonly string[];
}

/** Whose erasure is ordered. */
export const ERASED_VISITOR = 'ada';

/** Longest that a stop waits for the vendor. */
const STOP_PATIENCE_MS = 2_900;
