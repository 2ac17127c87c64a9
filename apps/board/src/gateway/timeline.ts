import type { AdminSessionDto, LifeDto } from '#contracts';
import { END_REASONS, ENTERED, STEPS, stopperOf, STOPPERS, wordFor } from './words.js';
import { capital, counted, formatCount, formatDuration } from '../shared/format.js';

/** One thing that has happened to a session, or will. */
export interface Happening {
  /** ISO; null where it is not known when. */
  readonly at: string | null;
  readonly what: string;
  readonly more: string;
  /** `next` is still to come, `late` should have been by now. */
  readonly tense: 'past' | 'next' | 'late';
}

/** States that tell nothing more than what stands beside them anyway. */
const SILENT: readonly string[] = ['stopping'];

/** A session's life in the order in which it went and will go on. */
export function timelineOf(life: LifeDto, nowMs: number): Happening[] {
  const { session, stop, delivery, reading, erasedAt, purgedAt } = life;
  const past: Happening[] = Object.entries(session.enteredAt)
    .filter(([state]) => !SILENT.includes(state) || stop === null)
    .map(([state, at]) => happened(at ?? null, wordFor(ENTERED, state), about(state, life)));
  if (!('creating' in session.enteredAt)) past.push(happened(session.createdAt, 'Asked for'));
  if (stop !== null) past.push(happened(stop.at, ENTERED.stopping, wantedBy(session, stop)));
  if (reading.lastReadAt !== null) {
    const turns = counted(reading.turns, 'turn');
    past.push(happened(reading.lastReadAt, "The vendor's record was read", turns));
  }
  const { firstAttemptAt, deliveredAt } = delivery;
  if (firstAttemptAt !== null) {
    past.push(happened(firstAttemptAt, 'First given to Petya'));
  }
  if (deliveredAt !== null && session.enteredAt.delivered !== deliveredAt) {
    past.push(happened(deliveredAt, ENTERED.delivered, `version ${session.deliveredVersion}`));
  }
  if (purgedAt !== null) past.push(happened(purgedAt, 'What was said was deleted here'));
  if (erasedAt !== null) past.push(happened(erasedAt, 'Everything of it has to go'));
  return [...past.sort(byTime), ...comingOf(life, nowMs)];
}

function comingOf({ next }: LifeDto, nowMs: number): Happening[] {
  return next
    .filter(({ step }) => step !== 'nothing')
    .map(({ step, at }) => {
      const isLate = at !== null && Date.parse(at) < nowMs;
      const tense = isLate ? 'late' : 'next';
      const more = isLate ? 'due, and waits for a worker' : '';
      return { at, what: capital(wordFor(STEPS, step)), more, tense };
    });
}

function happened(at: string | null, what: string, more = ''): Happening {
  return { at, what, more, tense: 'past' };
}

/** What stands beside a state. */
function about(state: string, { session }: LifeDto): string {
  if (state === 'stopped') return endOf(session) ?? '';
  if (state === 'parked') return session.lastError ?? '';
  return '';
}

/** Why and by whom it ended, where the first does not say both: `the visitor left (a rule of the gateway)`. */
export function endOf(session: AdminSessionDto): string | null {
  const { endReason, stoppedBy, stoppedByName } = session;
  if (endReason === null) return null;
  const who = stopperOf(stoppedBy, stoppedByName);
  const why = wordFor(END_REASONS, endReason);
  const isSaid = who === null || (who !== STOPPERS.operator && why.startsWith(`${who} `));
  return isSaid ? why : `${why} (${who})`;
}

function wantedBy(session: AdminSessionDto, stop: NonNullable<LifeDto['stop']>): string {
  const who = stopperOf(session.stoppedBy, session.stoppedByName);
  const asked = stop.attempts === 0 ? '' : `the vendor was asked ${counted(stop.attempts, 'time')}`;
  return [who === null ? '' : `by ${who}`, asked].filter((part) => part !== '').join(', ');
}

/** What a session has cost: `3 min 11 s, 8 credits, by the vendor`. */
export function costOf({ billed, seconds }: AdminSessionDto): string {
  if (billed === null) return `${formatDuration(seconds)} so far, not billed yet`;
  const credits = billed.credits === null ? [] : [`${formatCount(billed.credits)} credits`];
  const source = billed.source === 'vendor' ? 'by the vendor' : 'by our own count';
  return [formatDuration(billed.seconds), ...credits, source].join(', ');
}

/** Without a time it is the last. What is taken at once was given before. */
function byTime(one: Happening, other: Happening): number {
  return timeOf(one) - timeOf(other) || Number(isTaken(one)) - Number(isTaken(other));
}

function isTaken({ what }: Happening): boolean {
  return what === ENTERED.delivered;
}

function timeOf({ at }: Happening): number {
  return at === null ? Number.MAX_SAFE_INTEGER : Date.parse(at);
}
