import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { SAME_VISITOR_POLICIES, type SameVisitorPolicy } from '#contracts';
import { anArena, type Arena, type Move, type Party } from './two-parties.js';

Logger.overrideLogger(false);

/*
 * A visitor, and a stranger who knows the key of the page and every id that the visitor names, both
 * after the visitor's session. Whatever they do in whatever order, nobody is let into the room of
 * the other, and the visitor has a session in the end.
 */
const VISITOR: readonly Move[] = ['token', 'start', 'start', 'reload'];
const STRANGER: readonly Move[] = ['token', 'start', 'start'];

type Step = readonly [who: 'visitor' | 'stranger', move: Move];

interface Scene {
  readonly title: string;
  readonly visitor: Party;
  readonly stranger: Party;
}

const scenes: Scene[] = [true, false].flatMap((isProved) =>
  (['own', 'external', 'none'] as const).flatMap((namedBy) =>
    [true, false].flatMap((isNamed) => {
      const names = {
        namedBy,
        conversationId: namedBy === 'none' ? null : 'talk-a',
        visitorId: isNamed || isProved ? 'ada' : null,
      };
      return (['home', 'elsewhere'] as const).map((opener) => ({
        title: `${isProved ? 'proof' : 'none'}, ${namedBy}, ${names.visitorId ?? 'nobody'}, ${opener}`,
        visitor: { ...names, isProved, opener: 'home', keepsToken: isNamed },
        stranger: {
          ...names,
          visitorId: isNamed ? names.visitorId : null,
          isProved: false,
          opener,
          keepsToken: true,
        },
      }));
    }),
  ),
);

/** Every way to put two lists together that keeps the order of each. */
function* merges<T>(one: readonly T[], other: readonly T[]): Generator<T[]> {
  const [first, ...rest] = one;
  const [second, ...others] = other;
  if (first === undefined || second === undefined) return yield [...one, ...other];
  for (const tail of merges(rest, other)) yield [first, ...tail];
  for (const tail of merges(one, others)) yield [second, ...tail];
}

function expectApart({ rooms }: Arena, what: string): void {
  for (const [room, guests] of rooms) {
    expect([what, room, guests.size]).toEqual([what, room, 1]);
  }
}

/** The visitor goes on until it is let into a room of its own. */
async function expectServed(arena: Arena, { visitor }: Scene, what: string) {
  const isServed = async () => {
    for (let reload = 0; reload < 3; reload += 1) {
      const said = await arena.move(visitor, 'reload');
      if (said === 'ok' && (await arena.move(visitor, 'start')) === 'ok') return 'ok';
      if (said !== 'ok') return said;
    }
    return 'never';
  };
  const first = await isServed();
  if (first !== 'visitor_has_session') return expect([what, first]).toEqual([what, 'ok']);
  // One at a time for a visitor, as the account has it; without proof, for whoever gives that name.
  await arena.endAll(visitor.isProved ? 'proved' : 'all');
  expect([what, await isServed()]).toEqual([what, 'ok']);
}

describe.each(SAME_VISITOR_POLICIES)('two parties where the account would %s', (policy) => {
  it('are never in one room, in every order of what they do', async () => {
    const orders = [
      ...merges(
        VISITOR.map((move): Step => ['visitor', move]),
        STRANGER.map((move): Step => ['stranger', move]),
      ),
    ];
    for (const scene of scenes) {
      for (const order of orders) {
        const arena = anArena(policy, () => Promise.resolve());
        for (const [who, move] of order) await arena.move(scene[who], move);
        const what = `${scene.title}: ${order.map((step) => step.join(' ')).join(', ')}`;
        expectApart(arena, what);
        await expectServed(arena, scene, what);
        expectApart(arena, what);
      }
    }
    expect(orders.length * scenes.length).toBeGreaterThan(500);
  }, 60_000);

  it('are never in one room when they act at the same time', async () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const scene = scenes[seed % scenes.length] as Scene;
      await race(scene, policy, seed);
    }
  }, 60_000);
});

/** Both at once, with pauses between any two questions to the database. */
async function race(scene: Scene, policy: SameVisitorPolicy, seed: number): Promise<void> {
  const random = randomOf(seed);
  const arena = anArena(policy, async () => {
    const turns = random() % 4;
    for (let turn = 0; turn < turns; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  const play = async (party: Party, moves: readonly Move[]) => {
    for (const move of moves) await arena.move(party, move);
  };
  await Promise.all([
    play(scene.visitor, VISITOR),
    play(scene.stranger, [...STRANGER, ...VISITOR]),
  ]);
  const what = `${scene.title}, seed ${seed}`;
  expectApart(arena, what);
  await expectServed(arena, scene, what);
  expectApart(arena, what);
}

/** Numbers that look random and come again with the seed (xorshift). */
function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
