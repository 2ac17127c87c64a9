import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { GroupCommit } from './group-commit.js';

interface OpenCommit {
  items: string[];
  succeed: (results?: (string | Error)[]) => void;
  fail: (reason: unknown) => void;
}

/** A commit that stays open until the test settles it, so that no test needs a clock. */
function controlled(maxGroup = 100) {
  const commits: OpenCommit[] = [];
  const group = new GroupCommit<string, string>(
    (items) =>
      new Promise((resolve, reject) => {
        commits.push({
          items,
          succeed: (results = items.map((item) => `${item} stored`)) => resolve(results),
          fail: reject,
        });
      }),
    { maxGroup },
  );
  const commit = (index: number): OpenCommit => {
    const found = commits[index];
    if (!found) throw new Error(`commit ${index} has not begun`);
    return found;
  };
  return { group, commits, commit };
}

/** Everything that can run without I/O or a timer has run. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('GroupCommit', () => {
  it('commits a lone item before add returns', async () => {
    const { group, commit } = controlled();
    const added = group.add('a');
    expect(commit(0).items).toEqual(['a']);
    commit(0).succeed();
    await expect(added).resolves.toBe('a stored');
  });

  it('never asks for a timer', async () => {
    const timers = [jest.spyOn(globalThis, 'setTimeout'), jest.spyOn(globalThis, 'setImmediate')];
    try {
      const group = new GroupCommit<number, number>(async (items) => items, { maxGroup: 2 });
      await Promise.all([1, 2, 3, 4].map((item) => group.add(item)));
      await group.idle();
      for (const timer of timers) expect(timer).not.toHaveBeenCalled();
    } finally {
      for (const timer of timers) timer.mockRestore();
    }
  });

  it('commits the second item of a lone writer without an I/O turn in between', async () => {
    const { group, commits, commit } = controlled();
    let ioTurnPassed = false;
    const first = group.add('a');
    commit(0).succeed();
    setImmediate(() => (ioTurnPassed = true));
    await first;
    const second = group.add('b');
    for (let tick = 0; tick < 2; tick += 1) {
      await new Promise<void>((resolve) => process.nextTick(resolve));
    }
    expect(commits).toHaveLength(2);
    expect(ioTurnPassed).toBe(false);
    commit(1).succeed();
    await second;
  });

  it('puts everything that arrives during a commit into the next one, in order of arrival', async () => {
    const { group, commits, commit } = controlled();
    const added = ['a', 'b', 'c', 'd'].map((item) => group.add(item));
    await settled();
    expect(commits.map(({ items }) => items)).toEqual([['a']]);
    commit(0).succeed();
    await settled();
    expect(commits.map(({ items }) => items)).toEqual([['a'], ['b', 'c', 'd']]);
    commit(1).succeed();
    await expect(Promise.all(added)).resolves.toEqual([
      'a stored',
      'b stored',
      'c stored',
      'd stored',
    ]);
  });

  it('acknowledges nothing before its own group is durable', async () => {
    const { group, commit } = controlled();
    const answered: string[] = [];
    const first = group.add('a').then((result) => answered.push(result));
    const second = group.add('b').then((result) => answered.push(result));
    await settled();
    expect(answered).toEqual([]);
    commit(0).succeed();
    await first;
    await settled();
    expect(answered).toEqual(['a stored']);
    commit(1).succeed();
    await second;
    expect(answered).toEqual(['a stored', 'b stored']);
  });

  it('takes writers that were just answered into one group with those who waited', async () => {
    const { group, commits, commit } = controlled();
    const writer = async (name: string) => {
      await group.add(`${name}1`);
      await Promise.resolve();
      await group.add(`${name}2`);
    };
    const writers = [writer('a'), writer('b'), writer('c')];
    commit(0).succeed();
    await settled();
    expect(commits[1]?.items).toEqual(['b1', 'c1', 'a2']);
    commit(1).succeed();
    await settled();
    expect(commits[2]?.items).toEqual(['b2', 'c2']);
    commit(2).succeed();
    await Promise.all(writers);
  });

  it('keeps groups within the maximum size', async () => {
    const { group, commits, commit } = controlled(3);
    const added = ['a', 'b', 'c', 'd', 'e', 'f'].map((item) => group.add(item));
    for (let index = 0; index < 3; index += 1) {
      commit(index).succeed();
      await settled();
    }
    await Promise.all(added);
    expect(commits.map(({ items }) => items)).toEqual([['a'], ['b', 'c', 'd'], ['e', 'f']]);
  });

  it('rejects every add of a failed group and goes on with the others', async () => {
    const { group, commit } = controlled(2);
    const outcomes = Promise.allSettled(['a', 'b', 'c', 'd'].map((item) => group.add(item)));
    const broken = new Error('no primary');
    commit(0).succeed();
    await settled();
    commit(1).fail(broken);
    await settled();
    commit(2).succeed();
    expect(await outcomes).toEqual([
      { status: 'fulfilled', value: 'a stored' },
      { status: 'rejected', reason: broken },
      { status: 'rejected', reason: broken },
      { status: 'fulfilled', value: 'd stored' },
    ]);
  });

  it('rejects only the add whose own result is an error', async () => {
    const { group, commit } = controlled();
    const outcomes = Promise.allSettled(['a', 'b', 'c'].map((item) => group.add(item)));
    const conflict = new TypeError('same key, other text');
    commit(0).succeed();
    await settled();
    commit(1).succeed([conflict, 'c stored']);
    expect(await outcomes).toEqual([
      { status: 'fulfilled', value: 'a stored' },
      { status: 'rejected', reason: conflict },
      { status: 'fulfilled', value: 'c stored' },
    ]);
  });

  it('rejects when the commit throws before it returns a promise, and still takes the next item', async () => {
    let calls = 0;
    const group = new GroupCommit<string, string>(
      (items) => {
        calls += 1;
        if (calls === 1) throw new Error('not connected');
        return Promise.resolve(items);
      },
      { maxGroup: 10 },
    );
    await expect(group.add('a')).rejects.toThrow('not connected');
    await expect(group.add('b')).resolves.toBe('b');
  });

  it.each([
    ['too few', []],
    ['too many', ['x', 'y']],
  ])('rejects a group that got %s results', async (_title, results) => {
    const { group, commit } = controlled();
    const added = group.add('a');
    commit(0).succeed(results);
    await expect(added).rejects.toThrow(/results for 1 items/);
  });

  it('passes on undefined and null as results', async () => {
    const group = new GroupCommit<null | undefined, null | undefined>(async (items) => items, {
      maxGroup: 10,
    });
    await expect(Promise.all([group.add(undefined), group.add(null)])).resolves.toEqual([
      undefined,
      null,
    ]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a maximum group of %p',
    (maxGroup) => {
      expect(() => new GroupCommit(async (items: string[]) => items, { maxGroup })).toThrow(
        RangeError,
      );
    },
  );

  it('has one commit in flight at a time and answers every item with its own result', async () => {
    const arrivals = fc.array(fc.record({ wait: fc.nat(4), fails: fc.boolean() }), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 7 }), async (plan, maxGroup) => {
        let inFlight = 0;
        const seen: number[] = [];
        const group = new GroupCommit<number, string>(
          async (items) => {
            inFlight += 1;
            expect(inFlight).toBe(1);
            expect(items.length).toBeLessThanOrEqual(maxGroup);
            seen.push(...items);
            await settled();
            inFlight -= 1;
            return items.map((item) => (plan[item]?.fails ? new Error(`${item}`) : `${item}`));
          },
          { maxGroup },
        );
        const outcomes = plan.map(async ({ wait, fails }, item) => {
          for (let turn = 0; turn < wait; turn += 1) await settled();
          const added = group.add(item);
          if (fails) await expect(added).rejects.toThrow(`${item}`);
          else await expect(added).resolves.toBe(`${item}`);
        });
        await Promise.all(outcomes);
        expect(seen.toSorted((a, b) => a - b)).toEqual(plan.map((_, item) => item));
      }),
      { numRuns: 50 },
    );
  });
});

describe('idle', () => {
  it('resolves at once when nothing was ever added', async () => {
    await expect(controlled().group.idle()).resolves.toBeUndefined();
  });

  it('waits for what is in flight and what is queued, failed or not', async () => {
    const { group, commit } = controlled(1);
    const outcomes = Promise.allSettled([group.add('a'), group.add('b')]);
    let isIdle = false;
    const idle = group.idle().then(() => (isIdle = true));
    commit(0).fail(new Error('no primary'));
    await settled();
    expect(isIdle).toBe(false);
    commit(1).succeed();
    await idle;
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('resolves at once again after the last group', async () => {
    const { group, commit } = controlled();
    const added = group.add('a');
    commit(0).succeed();
    await added;
    await group.idle();
    await expect(group.idle()).resolves.toBeUndefined();
  });
});
