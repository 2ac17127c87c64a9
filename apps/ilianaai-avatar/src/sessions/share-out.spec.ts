import { describe, expect, it } from '@jest/globals';
import { aSession } from '../../../../test/support/session.factory.js';
import type { Session } from './domain/session.js';
import { freeSlot } from './new-session.js';
import { shareOut } from './share-out.js';

/** A request of somebody who may have one session. */
type Visitor = string;

const SLOTS = 3;

function look(visitor: Visitor, live: readonly Session[]) {
  if (live.some(({ visitorId }) => visitorId === visitor)) return { kind: 'there' } as const;
  const slot = freeSlot(live, SLOTS);
  return slot === null ? ({ kind: 'full' } as const) : ({ kind: 'free', slot } as const);
}

function live(...sessions: readonly (readonly [visitor: Visitor, slot: number])[]): Session[] {
  return sessions.map(([visitorId, slot]) => aSession({ visitorId, slot }));
}

function shares(found: readonly Session[], wanted: string): string {
  const draft = (visitorId: Visitor, slot: number) => aSession({ visitorId, slot });
  return shareOut(found, wanted.split(' '), look, draft)
    .map((share) => (share.kind === 'draft' ? share.session.slot : share.kind))
    .join(' ');
}

describe('requests that look at the same time', () => {
  it.each<[string, Session[], string, string]>([
    ['each get a slot', live(), 'a b c', '0 1 2'],
    ['get the lowest that are free', live(['x', 0], ['y', 2]), 'a', '1'],
    ['look again where those before them may take the last', live(['x', 1]), 'a b c', '0 2 later'],
    ['look again where one before them is the same visitor', live(), 'a a b', '0 later 1'],
    ['are told at once what is there already', live(['a', 0]), 'b a c', '1 there 2'],
    ['are told at once that all are taken', live(['x', 0], ['y', 1], ['z', 2]), 'a b', 'full full'],
  ])('%s', (_title, found, wanted, expected) => {
    expect(shares(found, wanted)).toBe(expected);
  });
});
