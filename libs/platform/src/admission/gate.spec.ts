import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Gate, type Order } from './gate.js';

const DEADLINE_MS = 5_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

interface Setting {
  readonly least?: number;
  readonly places?: number;
  readonly most?: number;
  readonly takesMs?: number;
}

/** A gate, and calls that take so long each once they are let in. */
function arena({ places = 2, least = places, most = places, takesMs = 100 }: Setting = {}) {
  const gate = new Gate({ least, usual: places, most }, () => Date.now());
  const outcomes: string[] = [];
  const answeredAfterMs: number[] = [];
  const work = (name: string, order: Order, cameAtMs: number) => {
    outcomes.push(`${name} in`);
    const fromMs = Date.now();
    setTimeout(() => {
      outcomes.push(`${name} done`);
      answeredAfterMs.push(Date.now() - cameAtMs);
      gate.leave(order, Date.now() - fromMs);
    }, takesMs);
  };
  const call = (name: string, order: Order = 'third', deadlineMs = DEADLINE_MS) => {
    const cameAtMs = Date.now();
    if (gate.tryEnter(order)) {
      work(name, order, cameAtMs);
      return () => {};
    }
    try {
      const { admitted, forget } = gate.wait(order, {
        cameAtMs,
        dueAtMs: cameAtMs + deadlineMs,
      });
      admitted.then(
        () => work(name, order, cameAtMs),
        (error: { code: string }) => void outcomes.push(`${name} ${error.code}`),
      );
      return forget;
    } catch (error) {
      outcomes.push(`${name} ${(error as { code: string }).code}`);
      return () => {};
    }
  };
  const calls = (names: string, order?: Order) => names.split(' ').map((name) => call(name, order));
  return { gate, outcomes, answeredAfterMs, call, calls };
}

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe('the gate', () => {
  it('lets in at once as many as there are places, and counts nothing else', async () => {
    const { gate, outcomes, calls } = arena();
    calls('a b');
    expect([outcomes, gate.state]).toEqual([
      ['a in', 'b in'],
      { atWork: 2, places: 2, waiting: 0, refused: 0 },
    ]);
    await pass(100);
    expect(gate.state).toMatchObject({ atWork: 0, waiting: 0, refused: 0 });
  });

  it.each<[string, readonly (readonly [string, Order])[], string]>([
    [
      'the one that came first',
      [
        ['a', 'third'],
        ['b', 'third'],
      ],
      'a b',
    ],
    [
      'what somebody talks with, whenever it came',
      [
        ['a', 'third'],
        ['b', 'second'],
        ['c', 'third'],
        ['d', 'second'],
      ],
      'b d a c',
    ],
  ])('lets in next %s', async (_title, waiting, expected) => {
    const { outcomes, call } = arena({ places: 1 });
    call('first');
    for (const [name, order] of waiting) call(name, order);
    await pass(1_000);
    const letIn = outcomes.flatMap((each) => (each.endsWith(' in') ? each.slice(0, -3) : []));
    expect(letIn).toEqual(['first', ...expected.split(' ')]);
  });

  it('lets nobody past those that wait already', () => {
    const { gate, calls } = arena({ places: 1 });
    calls('a b');
    gate.leave('third', 100);
    expect(gate.tryEnter('third')).toBe(false);
  });

  it('refuses the newest where those that wait take its time, and keeps those', async () => {
    const { gate, outcomes, calls } = arena({ places: 1, takesMs: 1_000 });
    calls('a b c d');
    await pass(2_000);
    // It is known by now that hardly one goes in a second.
    outcomes.length = 0;
    calls('e f g');
    expect(outcomes).toEqual(['g busy']);
    expect(gate.state).toMatchObject({ atWork: 1, waiting: 3, refused: 1 });
  });

  it('asks a refused caller to come when those that wait have gone in', async () => {
    const { gate, calls } = arena({ places: 1, takesMs: 1_000 });
    calls('a b c d');
    await pass(2_000);
    calls('e f');
    const late = { cameAtMs: Date.now(), dueAtMs: Date.now() + DEADLINE_MS };
    expect(() => gate.wait('third', late)).toThrow(
      expect.objectContaining({ code: 'busy', details: { retryAfterSeconds: 2 } }),
    );
  });

  it('refuses each before its time is over when nothing moves, and works on none of them', async () => {
    const { gate, outcomes, calls } = arena({ places: 1, takesMs: 60_000 });
    calls('a b c');
    await pass(DEADLINE_MS - 1);
    expect(outcomes).toEqual(['a in']);
    await pass(1);
    expect(outcomes).toEqual(['a in', 'b busy', 'c busy']);
    calls('d');
    await pass(60_000);
    expect(outcomes.slice(3)).toEqual(['d busy', 'a done']);
    expect(gate.state).toMatchObject({ atWork: 0, waiting: 0 });
  });

  it('refuses at once while nothing has moved for half of what a call may take', async () => {
    const { outcomes, calls } = arena({ places: 1, takesMs: 60_000 });
    calls('a b');
    await pass(DEADLINE_MS / 2 + 1);
    calls('c');
    expect(outcomes).toEqual(['a in', 'c busy']);
  });

  it('has more at work while they are quick and there are connections, and fewer while commands wait for one', async () => {
    const { gate, calls } = arena({ places: 1, most: 3, takesMs: 10 });
    const sixty = Array.from({ length: 60 }, (_each, index) => `c${index}`).join(' ');
    calls(sixty);
    await pass(100);
    expect(gate.state.places).toBe(2);
    await pass(100);
    expect(gate.state).toMatchObject({ places: 3, atWork: 3 });
    for (let command = 0; command < 16; command += 1) gate.hear(100);
    await pass(20);
    expect(gate.state.places).toBe(1);
  });

  it('drops who has hung up, without giving it a place', async () => {
    const { gate, outcomes, calls } = arena({ places: 1 });
    const [, forget] = calls('a b c');
    forget?.();
    await pass(1_000);
    expect(outcomes).toEqual(['a in', 'b bad_request', 'a done', 'c in', 'c done']);
    forget?.();
    expect(gate.state).toMatchObject({ atWork: 0, waiting: 0 });
  });

  it('gives its place to others while a call waits for somebody else', async () => {
    const { gate, outcomes, calls } = arena({ places: 1 });
    calls('a b');
    let answer = () => {};
    const vendor = gate.outside(() => new Promise<void>((resolve) => (answer = resolve)));
    await pass(0);
    expect(outcomes).toEqual(['a in', 'b in']);
    answer();
    await vendor;
    expect(gate.state).toMatchObject({ atWork: 2, waiting: 0 });
  });

  it('has the place back when what it waited for has failed', async () => {
    const { gate } = arena();
    gate.tryEnter('second');
    await expect(gate.outside(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(gate.state.atWork).toBe(1);
  });

  it('keeps a place for what goes on behind its answer, whatever comes of that', async () => {
    const { gate, outcomes, calls } = arena({ places: 1 });
    gate.tryEnter('third');
    let fail = (_error: Error) => {};
    const goesOn = gate.workOn(new Promise((_resolve, reject) => (fail = reject)));
    gate.leave('third', 2_700);
    calls('a');
    await pass(100);
    expect([outcomes, gate.state]).toEqual([
      [],
      expect.objectContaining({ atWork: 1, waiting: 1 }),
    ]);
    fail(new Error('away'));
    await goesOn;
    await pass(100);
    expect(outcomes).toEqual(['a in', 'a done']);
  });

  it('lets slow vendors keep nobody from waiting', async () => {
    const { gate, outcomes, calls } = arena({ places: 1, takesMs: 10 });
    for (let calm = 0; calm < 100; calm += 1) {
      gate.tryEnter('third');
      gate.leave('third', 20_000);
    }
    calls('a b');
    await pass(20);
    expect(outcomes).toEqual(['a in', 'a done', 'b in', 'b done']);
  });

  it('says for a moment that it is full, and knows no pace a second after everybody was let in', async () => {
    const { gate, outcomes, calls } = arena({ places: 1, takesMs: 2_000 });
    calls('a b c');
    await pass(2_000);
    calls('d e');
    expect([gate.isFull, outcomes.at(-1)]).toEqual([true, 'e busy']);
    await pass(8_000);
    expect(gate.isFull).toBe(false);
    outcomes.length = 0;
    calls('f g h');
    expect(outcomes).toEqual(['f in']);
  });
});

describe('under any load', () => {
  const burst = fc.record({
    afterMs: fc.nat(400),
    third: fc.nat(30),
    second: fc.nat(6),
    hangingUp: fc.nat(3),
  });

  it('each call is answered or refused in its time, the places are never exceeded, and all is given back', async () => {
    const bursts = fc.array(burst, { maxLength: 20 });
    const load = fc.tuple(bursts, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 900 }));
    await fc.assert(
      fc.asyncProperty(load, async ([each, places, takesMs]) => {
        const { gate, outcomes, answeredAfterMs, call } = arena({ places, takesMs });
        let made = 0;
        for (const { afterMs, third, second, hangingUp } of each) {
          const forgets = [
            ...Array.from({ length: third }, () => call(`t${(made += 1)}`, 'third')),
            ...Array.from({ length: second }, () => call(`s${(made += 1)}`, 'second', 3_000)),
          ];
          for (const forget of forgets.slice(0, hangingUp)) forget();
          expect(gate.state.atWork).toBeLessThanOrEqual(places);
          await pass(afterMs);
        }
        await pass(2 * DEADLINE_MS);
        const isOver = (outcome: string) => !outcome.endsWith(' in');
        expect(outcomes.filter(isOver)).toHaveLength(made);
        expect(gate.state).toMatchObject({ atWork: 0, waiting: 0 });
        // What it is expected to take is known once one has taken it.
        const latestMs = DEADLINE_MS + takesMs;
        expect(answeredAfterMs.filter((ms) => ms > latestMs)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  /**
   * A database that does so many pieces of work a second however many ask: each call is one of them,
   * and all at work have an even share.
   */
  function shared(answersPerSecond: number) {
    const gate = new Gate({ least: 8, usual: 50, most: 400 }, () => Date.now());
    const atWork = new Set<{ leftMs: number; fromMs: number; cameAtMs: number; order: Order }>();
    const tookMs = { second: [] as number[], third: [] as number[] };
    const enter = (order: Order, cameAtMs: number) =>
      void atWork.add({ leftMs: 1000 / answersPerSecond, fromMs: Date.now(), cameAtMs, order });
    const call = (order: Order, deadlineMs: number) => {
      const cameAtMs = Date.now();
      if (gate.tryEnter(order)) return enter(order, cameAtMs);
      try {
        const { admitted } = gate.wait(order, { cameAtMs, dueAtMs: cameAtMs + deadlineMs });
        admitted.then(
          () => enter(order, cameAtMs),
          () => {},
        );
      } catch {
        // It is refused.
      }
    };
    const pass10Ms = async () => {
      await pass(10);
      for (let workMs = 10; workMs > 0 && atWork.size > 0;) {
        const least = Math.min(...[...atWork].map(({ leftMs }) => leftMs));
        const shareMs = Math.min(least, workMs / atWork.size);
        workMs -= shareMs * atWork.size;
        for (const each of atWork) {
          each.leftMs -= shareMs;
          if (each.leftMs > 1e-9) continue;
          atWork.delete(each);
          tookMs[each.order].push(Date.now() - each.cameAtMs);
          gate.leave(each.order, Date.now() - each.fromMs);
        }
        // Whoever has a place now begins.
        await pass(0);
      }
    };
    return { gate, call, pass10Ms, tookMs, atWork };
  }

  it.each([
    [3, 40],
    [6, 40],
    [3, 200],
    [6, 200],
  ])(
    'at %i × what a database holds that does %i a second, few are at work, and none is late',
    async (times, perSecond) => {
      const { call, pass10Ms, tookMs, atWork } = shared(perSecond);
      let due = 0;
      let longest = 0;
      for (let tick = 0; tick < 1_000; tick += 1) {
        for (due += (times * perSecond) / 100; due >= 1; due -= 1) {
          if (tick % 4 === 0) call('third', 5_000);
          else call('second', 3_000);
        }
        await pass10Ms();
        if (tick > 300) longest = Math.max(longest, atWork.size);
      }
      expect(Math.max(...tookMs.second)).toBeLessThanOrEqual(3_000);
      expect(Math.max(0, ...tookMs.third)).toBeLessThanOrEqual(5_000);
      expect(tookMs.second.length + tookMs.third.length).toBeGreaterThan(10 * perSecond * 0.9);
      // What goes before all of them stands beside them.
      expect(longest / perSecond).toBeLessThan(0.5);
    },
  );

  it('at six times what can be answered, as many are answered as without it, and each in its time', async () => {
    const { outcomes, answeredAfterMs, call } = arena({ places: 5, takesMs: 200 });
    for (let tick = 0; tick < 300; tick += 1) {
      for (let n = 0; n < 15; n += 1) call(`t${tick}.${n}`);
      await pass(100);
    }
    const answered = outcomes.filter((each) => each.endsWith(' done'));
    expect(answered.length).toBeGreaterThanOrEqual(25 * 30 - 25);
    expect(Math.max(...answeredAfterMs)).toBeLessThanOrEqual(DEADLINE_MS);
  });
});
