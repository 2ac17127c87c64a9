import type { SessionState } from '../domain/session-states.js';
import type { Session, SessionKey } from '../domain/session.js';

/** Turns stored for a session and the bytes of their text. */
export interface TurnCount {
  readonly session: SessionKey & Pick<Session, 'traceId'>;
  readonly turns: number;
  readonly textBytes: number;
}

/** States in which the transcript is closed: it has been put together. */
export const CLOSED_STATES = [
  'final',
  'delivered',
  'parked',
  'erased',
] as const satisfies SessionState[];

/**
 * States in which it is closed, or may be put together at this moment. Whoever does that has read
 * the turns at a revision, and closes at that revision only: a turn that comes meanwhile changes it.
 */
export const CLOSING_STATES = ['stopped', ...CLOSED_STATES] as const satisfies SessionState[];

/**
 * Due times are asked for from here on. A range with two ends reads what is due from the index and
 * nothing else, and says that records without a due time, which the index lacks, are not meant.
 */
const EVER = new Date(0);

/** Due by a time. */
export function isDue(by: Date) {
  return { $gt: EVER, $lte: by };
}

/** Behind a place in a list by age. */
export function behind({ createdAt, id }: { readonly createdAt: Date; readonly id: string }) {
  return {
    $or: [{ createdAt: { $gt: createdAt } }, { createdAt, _id: { $gt: id } }],
  };
}

/**
 * What counting turns makes of a record, computed by the server. One whose transcript is being put
 * together has another revision, and one whose transcript was closed already is due again.
 */
export function countedMembers({ turns, textBytes }: TurnCount, now: Date) {
  const isClosing = { $in: ['$state', [...CLOSING_STATES]] };
  const isClosed = { $in: ['$state', [...CLOSED_STATES]] };
  return {
    turns: { $add: ['$turns', turns] },
    textBytes: { $add: ['$textBytes', textBytes] },
    rev: { $add: ['$rev', { $cond: [isClosing, 1, 0] }] },
    dueAt: { $cond: [isClosed, now, '$dueAt'] },
    'transcript.nextReadAt': { $cond: [isClosed, now, '$transcript.nextReadAt'] },
  };
}

/** Some sessions: ids are unique, the accounts say where they lie. */
export function anyOf(keys: readonly SessionKey[]) {
  return {
    _id: oneOf(keys.map(({ id }) => id)),
    accountId: oneOf(keys.map(({ accountId }) => accountId)),
  };
}

/** A condition on one value is looked up faster than one on a list of one. */
export function oneOf(values: readonly string[]): string | { $in: string[] } {
  const [first, ...others] = new Set(values);
  return others.length === 0 && first !== undefined ? first : { $in: [...new Set(values)] };
}

type Opening = Pick<Session, 'accountId' | 'createdAt' | 'turnedAway'>;

/** The accounts whose last session of these was turned away. */
export function turnedAwayAmong(openings: readonly Opening[]): Set<string> {
  const last = new Map<string, Opening>();
  for (const opening of openings) {
    const known = last.get(opening.accountId);
    if (!known || known.createdAt <= opening.createdAt) last.set(opening.accountId, opening);
  }
  const waiting = [...last.values()].filter(({ turnedAway }) => turnedAway === true);
  return new Set(waiting.map(({ accountId }) => accountId));
}

/** A session that nobody has started holds one of the vendor's places for so long. */
const UNSTARTED_PLACE_SECONDS = 30;

type Placed = Pick<Session, 'state' | 'createdAt'>;

/**
 * Whether a live session takes one of the vendor's places. The vendor counts what runs; whoever has
 * just asked will start it in a moment, and whoever does not keeps nobody else out.
 */
export function takesPlace({ state, createdAt }: Placed, now: Date): boolean {
  const isUnstarted = state === 'creating' || state === 'created';
  return !isUnstarted || now.getTime() < createdAt.getTime() + UNSTARTED_PLACE_SECONDS * 1000;
}

/** When a live session gives the vendor's place back at the latest, as far as its record says. */
export function placeFreeAt(session: Session): Date | null {
  const { state, createdAt, endDueAt = null } = session;
  const isUnstarted = state === 'creating' || state === 'created';
  if (!isUnstarted) return endDueAt;
  return new Date(createdAt.getTime() + UNSTARTED_PLACE_SECONDS * 1000);
}
