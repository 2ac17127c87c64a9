import type { LifeMatch } from '#contracts';
import type { Session } from '../sessions/domain/session.js';

/** Lives that are shown of one id. */
export const MAX_LIVES = 50;

/** Sessions by which of their ids they were found. */
export type Found = Readonly<Record<LifeMatch, readonly Session[]>>;

/** A session, and by which of its ids it was found. */
export type FoundLife = readonly [Session, LifeMatch];

/** Ids that we and the vendors have given; what visitors call a conversation or a trace may be the same. */
const GIVEN: readonly LifeMatch[] = ['id', 'vendor'];

/** The order in which an id is taken for one. */
const ORDER: readonly LifeMatch[] = [...GIVEN, 'conversation', 'trace'];

/**
 * The sessions that are shown of an id, each once: those whose given id it is, whatever a visitor calls the
 * same, and then the others, both from the newest on.
 * @returns at most `MAX_LIVES`, and whether there are more
 */
export function foundLives(found: Found): {
  readonly lives: readonly FoundLife[];
  readonly more: boolean;
} {
  const lives = new Map<string, FoundLife>();
  for (const match of ORDER) {
    for (const session of found[match]) {
      if (!lives.has(session.id)) lives.set(session.id, [session, match]);
    }
  }
  const ordered = [...lives.values()].sort(inOrder);
  return { lives: ordered.slice(0, MAX_LIVES), more: ordered.length > MAX_LIVES };
}

function inOrder([one, match]: FoundLife, [other, otherMatch]: FoundLife): number {
  const given = Number(GIVEN.includes(otherMatch)) - Number(GIVEN.includes(match));
  const younger = other.createdAt.getTime() - one.createdAt.getTime();
  return given || younger || (one.id < other.id ? 1 : -1);
}
