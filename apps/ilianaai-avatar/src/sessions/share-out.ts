import type { Session } from './domain/session.js';

/** What a request may meet: a free slot, or something else that ends or changes it. */
interface Met {
  readonly kind: string;
}

interface Free {
  readonly kind: 'free';
  readonly slot: number;
}

/** What requests that look at the same time are given. */
export type Share<M extends Met> =
  | Exclude<M, Free>
  /** A record for it, to be inserted in its turn. */
  | { readonly kind: 'draft'; readonly session: Session }
  /** What it meets depends on a record that is not inserted yet. */
  | { readonly kind: 'later' };

/**
 * Shares the free slots out among requests that came at once, in their order. Each takes the records
 * of those before it for live ones, so that none of them is given what another one has, and what may
 * be had once (a visitor's session, the last of an address) is had once.
 * @param live what one look has found
 * @param look what a request meets among live sessions
 */
export function shareOut<W, M extends Met>(
  live: readonly Session[],
  wanted: readonly W[],
  look: (one: W, live: readonly Session[]) => M | Free,
  draft: (one: W, slot: number) => Session,
): Share<M>[] {
  const taken = [...live];
  return wanted.map((one) => {
    const met = look(one, live);
    if (!isFree(met)) return met as Exclude<M, Free>;
    const free = taken.length === live.length ? met : look(one, taken);
    if (!isFree(free)) return { kind: 'later' };
    const session = draft(one, free.slot);
    taken.push(session);
    return { kind: 'draft', session };
  });
}

function isFree(met: Met): met is Free {
  return met.kind === 'free';
}
