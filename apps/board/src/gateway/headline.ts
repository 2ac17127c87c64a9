import type { OverviewDto } from '#contracts';
import { counted, formatClock, formatCount, formatRough } from '../shared/format.js';
import type { Tone } from '../shared/tone.js';

export type Topic =
  'Money' | 'Petya' | 'Transcripts' | 'Vendor' | 'Database' | 'Late work' | 'Opening';

/** Something that an operator should know of. */
export interface Trouble {
  /** By which one is told from another; the same as long as it is the same trouble. */
  readonly key: string;
  readonly topic: Topic;
  /** Somebody has to do something about it. */
  readonly isGrave: boolean;
  readonly text: string;
  /** The view on which to go on, with what it is called. */
  readonly path: string;
  readonly about?: string;
  readonly where: string;
}

/** Here and below as the alerts have it, so that who is woken by one finds it here. */
const END_LATE_SECONDS = 30;
const WORK_LATE_SECONDS = 120;
const PETYA_LATE_SECONDS = 900;
/** Counts are some seconds old where the database is well. */
const COUNTS_OLD_SECONDS = 30;
/** Some hundred minutes of one session. */
const FEW_CREDITS = 200;

/** What is wrong, the gravest first. */
export function troublesOf(overview: OverviewDto, nowMs: number, timeZone?: string): Trouble[] {
  const found = [
    ...ofMoney(overview),
    ...ofPetya(overview),
    ...ofVendors(overview),
    ...ofWork(overview, nowMs),
    ...ofOpening(overview, nowMs, timeZone),
  ];
  return [...found.filter(({ isGrave }) => isGrave), ...found.filter(({ isGrave }) => !isGrave)];
}

/**
 * All of it in a sentence, for a heading, and shorter for a corner. Several things are named by their
 * topics; what they are stands below.
 */
export function headlineOf(troubles: readonly Trouble[]): {
  readonly tone: Tone;
  readonly text: string;
  readonly short: string;
} {
  const [first] = troubles;
  if (first === undefined) return { tone: 'calm', text: 'All calm.', short: 'All calm' };
  const grave = troubles.filter(({ isGrave }) => isGrave).length;
  const short =
    grave > 0
      ? `${counted(grave, 'thing needs', 'things need')} you`
      : `${counted(troubles.length, 'thing')} to know`;
  const tone = grave > 0 ? 'wrong' : 'watch';
  if (troubles.length === 1) return { tone, text: first.text, short };
  const named = `${short}: ${topicsOf(grave > 0 ? troubles.slice(0, grave) : troubles)}.`;
  const rest = grave > 0 && troubles.length > grave;
  if (rest)
    return {
      tone,
      text: `${named} ${counted(troubles.length - grave, 'more thing')} to know.`,
      short,
    };
  return { tone, text: grave > 0 ? named : `Nothing is broken. ${named}`, short };
}

/** Each once: `money and Petya`, `money, Petya and opening`. */
function topicsOf(troubles: readonly Trouble[]): string {
  const topics = [...new Set(troubles.map(({ topic }) => topic))].map((topic) =>
    topic === 'Petya' ? topic : topic.toLowerCase(),
  );
  const last = topics.pop() ?? '';
  return topics.length === 0 ? last : `${topics.join(', ')} and ${last}`;
}

function ofMoney({ lagSeconds, vendors, reconciliation }: OverviewDto): Trouble[] {
  const found: Trouble[] = [];
  if (lagSeconds.end > END_LATE_SECONDS) {
    found.push({
      key: 'end',
      topic: 'Money',
      isGrave: true,
      text: `Sessions that should be over still run, for up to ${formatRough(lagSeconds.end)}.`,
      path: 'live',
      where: 'Live sessions',
    });
  }
  for (const { name, creditsLeft } of vendors) {
    if (creditsLeft === null || creditsLeft >= FEW_CREDITS) continue;
    const isGrave = creditsLeft <= 0;
    const text = isGrave
      ? `${name} has no credits left: no session can start.`
      : `${name} has only ${formatCount(creditsLeft)} credits left.`;
    const key = `credits ${name}`;
    found.push({ key, topic: 'Money', isGrave, text, path: 'live', where: 'Live sessions' });
  }
  const { yesterday } = reconciliation;
  if (yesterday !== null && yesterday.differing > 0) {
    found.push({
      key: `bill ${yesterday.day}`,
      topic: 'Money',
      isGrave: false,
      text: `Yesterday's bill differs for ${counted(yesterday.differing, 'session')}.`,
      path: 'bills',
      about: yesterday.day,
      where: "Yesterday's bill",
    });
  }
  return found;
}

function ofPetya({ petya, sessions }: OverviewDto): Trouble[] {
  const found: Trouble[] = [];
  const waited = petya.oldestWaitingSeconds;
  const waits = waited > 0 ? ` A transcript has waited ${formatRough(waited)} for it.` : '';
  const waiting = { key: 'waiting', path: 'waiting', where: 'Waiting transcripts' };
  if (!petya.reachable) {
    const text = `Petya does not answer.${waits}`;
    found.push({ topic: 'Petya', isGrave: true, text, ...waiting });
  } else if (waited > PETYA_LATE_SECONDS) {
    const text = `A transcript has waited ${formatRough(waited)} for Petya.`;
    found.push({ topic: 'Petya', isGrave: false, text, ...waiting });
  }
  if (sessions.parked > 0) {
    found.push({
      key: 'parked',
      topic: 'Transcripts',
      isGrave: true,
      text: `Petya refuses ${counted(sessions.parked, 'transcript')}.`,
      path: 'parked',
      where: 'Parked transcripts',
    });
  }
  return found;
}

function ofVendors({ vendors }: OverviewDto): Trouble[] {
  return vendors
    .filter(({ reachable }) => !reachable)
    .map(({ name }) => ({
      key: `vendor ${name}`,
      topic: 'Vendor',
      isGrave: true,
      text: `${name} does not answer.`,
      path: 'live',
      where: 'Live sessions',
    }));
}

function ofWork({ lagSeconds, readAt }: OverviewDto, nowMs: number): Trouble[] {
  const found: Trouble[] = [];
  const age = (nowMs - Date.parse(readAt)) / 1000;
  if (age > COUNTS_OLD_SECONDS) {
    // Nothing is told of what has happened since: that all is calm cannot be said any more.
    const text = `These counts are ${formatRough(age)} old: the database is slow or away.`;
    const key = 'counts';
    found.push({ key, topic: 'Database', isGrave: true, text, path: 'now', where: 'The counts' });
  }
  const late = (isGrave: boolean, text: string, path: string, where: string): void =>
    void found.push({ key: `late ${path}`, topic: 'Late work', isGrave, text, path, where });
  if (lagSeconds.life > WORK_LATE_SECONDS) {
    const by = formatRough(lagSeconds.life);
    // What nobody looks at runs on, and is paid for.
    late(true, `Running sessions are not looked at: ${by} late.`, 'live', 'Live sessions');
  }
  if (lagSeconds.outbox > WORK_LATE_SECONDS) {
    const by = formatRough(lagSeconds.outbox);
    late(false, `Deliveries are ${by} late.`, 'waiting', 'Waiting transcripts');
  }
  return found;
}

function ofOpening({ opening }: OverviewDto, nowMs: number, timeZone?: string): Trouble[] {
  if (!opening.paused) return [];
  const by = opening.by === null ? '' : ` by ${opening.by}`;
  const { setAt } = opening;
  const since = setAt === null ? '' : ` since ${formatClock(setAt, nowMs, timeZone)}`;
  const text = `Opening is paused${by}${since}.`;
  const key = 'opening';
  return [{ key, topic: 'Opening', isGrave: false, text, path: 'opening', where: 'Opening' }];
}
