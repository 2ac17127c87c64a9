import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { JobPool, type JobPoolOptions, type JobSource } from './job-pool.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** Lets everything go on that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

interface Job {
  readonly id: string;
  readonly owner: string;
  /** Whether the lease was kept. */
  readonly isHeld: boolean;
}

/** A job named `owner/number`. */
function aJob(id: string): Job {
  return { id, owner: id.split('/')[0] ?? id, isHeld: false };
}

/** A job whose lease was kept. */
function held(id: string): Job {
  return { ...aJob(id), isHeld: true };
}

interface Run {
  readonly job: Job;
  readonly finish: (after?: Job | null) => void;
  readonly fail: (error: Error) => void;
}

type More = Partial<Omit<JobPoolOptions<Job>, 'source'> & JobSource<Job>> & {
  readonly dueInMs?: () => number | null;
};

/** A pool over a queue of due jobs; each run ends when told to. */
function aPool(due: string[], { dueInMs = () => null, ...more }: More = {}) {
  const queue = due.map(aJob);
  const works: Run[] = [];
  const started: string[] = [];
  const errors: unknown[] = [];
  /** Which jobs they are told of. */
  const failed: (string | undefined)[] = [];
  const released: string[] = [];
  const handedOn: string[] = [];
  const pool = new JobPool<Job>({
    parallel: 3,
    perOwner: 2,
    pollMs: 1_000,
    ownerOf: ({ owner }) => owner,
    isOpen: () => true,
    onError: (error, job) => {
      errors.push(error);
      failed.push(job?.id);
    },
    isHeld: (job) => job.isHeld,
    source: {
      release: (job) => Promise.resolve(released.push(job.id)),
      findDue: (limit, notOwners) => {
        const due = queue.filter(({ owner }) => !notOwners.includes(owner));
        return Promise.resolve(due.slice(0, limit));
      },
      claim: (job) => {
        const index = queue.indexOf(job);
        return Promise.resolve(index < 0 ? null : (queue.splice(index, 1)[0] ?? null));
      },
      run: async (job) => {
        started.push(job.id);
        const after = await new Promise<Job | null>((resolve, reject) => {
          works.push({ job, finish: (settled = job) => resolve(settled), fail: reject });
        });
        if (!after) return { dueInMs: null };
        if (!after.isHeld) return { dueInMs: dueInMs() };
        return { dueInMs: null, handOff: () => handedOn.push(after.id) };
      },
      ...more,
    },
    ...more,
  });
  const finish = async (id: string) => {
    const index = works.findIndex(({ job }) => job.id === id);
    works.splice(index, 1)[0]?.finish();
    await settle();
  };
  const running = () => works.map(({ job }) => job.id);
  return { pool, queue, works, started, errors, failed, released, handedOn, finish, running };
}

describe('a job pool', () => {
  it('works on everything that is due, as many at a time as it may', async () => {
    const { pool, running, started, finish } = aPool(['a/1', 'b/1', 'c/1', 'd/1', 'e/1']);
    pool.wake();
    await settle();
    expect(running()).toEqual(['a/1', 'b/1', 'c/1']);
    await finish('b/1');
    expect(running()).toEqual(['a/1', 'c/1', 'd/1']);
    for (const id of ['a/1', 'c/1', 'd/1', 'e/1']) await finish(id);
    expect([started.length, running()]).toEqual([5, []]);
  });

  it('passes over an owner that has its share, and comes back to it when one is done', async () => {
    const { pool, running, finish } = aPool(['a/1', 'a/2', 'a/3', 'b/1', 'a/4']);
    pool.wake();
    await settle();
    expect(running()).toEqual(['a/1', 'a/2', 'b/1']);
    await finish('b/1');
    expect(running()).toEqual(['a/1', 'a/2']);
    await finish('a/1');
    expect(running()).toEqual(['a/2', 'a/3']);
    await finish('a/2');
    expect(running()).toEqual(['a/3', 'a/4']);
  });

  it('is told of everything new while it looks, and never does one job twice', async () => {
    const { pool, queue, running, started } = aPool(['a/1']);
    pool.wake();
    queue.push(aJob('b/1'));
    pool.wake();
    pool.wake();
    await settle();
    expect(running()).toEqual(['a/1', 'b/1']);
    expect(started).toEqual(['a/1', 'b/1']);
  });

  it('looks once more for what came up after its last look had begun', async () => {
    const looks: ((due: Job[]) => void)[] = [];
    const { pool, running } = aPool([], {
      findDue: () => new Promise((resolve) => looks.push(resolve)),
      claim: (job) => Promise.resolve(job),
    });
    pool.wake();
    pool.wake();
    looks.shift()?.([]);
    await settle();
    expect(looks).toHaveLength(1);
    looks.shift()?.([aJob('late/1')]);
    await settle();
    expect(running()).toEqual(['late/1']);
  });

  it('claims nothing while it is closed to work, and again once it is open', async () => {
    let isOpen = false;
    const { pool, running } = aPool(['a/1'], { isOpen: () => isOpen });
    pool.wake();
    await settle();
    expect(running()).toEqual([]);
    isOpen = true;
    pool.wake();
    await settle();
    expect(running()).toEqual(['a/1']);
  });
});

describe('a job pool in which something goes wrong', () => {
  it('tells of a work that failed and goes on with the next', async () => {
    const { pool, works, errors, failed, running } = aPool(['a/1', 'b/1', 'c/1', 'd/1']);
    pool.wake();
    await settle();
    works.shift()?.fail(new Error('boom'));
    await settle();
    expect([errors, failed]).toEqual([[new Error('boom')], ['a/1']]);
    expect(running()).toEqual(['b/1', 'c/1', 'd/1']);
  });

  it('tells of a claim that failed and begins with the others', async () => {
    const { pool, errors, running } = aPool(['a/1', 'b/1'], {
      claim: (job) =>
        job.id === 'a/1' ? Promise.reject(new Error('cut off')) : Promise.resolve(job),
    });
    pool.wake();
    await settle();
    expect(errors).toEqual([new Error('cut off')]);
    expect(running()).toEqual(['b/1']);
  });

  it('does not ask at once again where every claim of a full look failed', async () => {
    const { pool, errors, started } = aPool(['a/1', 'b/1', 'c/1', 'd/1'], {
      claim: () => Promise.reject(new Error('no primary')),
    });
    pool.wake();
    await settle();
    expect(errors).toEqual([new Error('no primary')]);
    expect(started).toEqual([]);
  });

  it('leaves a job to whoever was faster and looks for others', async () => {
    const { pool, queue, running } = aPool(['a/1', 'b/1', 'c/1', 'd/1'], {
      claim: (job) => {
        queue.splice(queue.indexOf(job), 1);
        return Promise.resolve(job.id === 'b/1' ? null : job);
      },
    });
    pool.wake();
    await settle();
    expect(running()).toEqual(['a/1', 'c/1', 'd/1']);
  });

  it('tells of a look that failed and looks again when it is told to', async () => {
    let isAway = true;
    const due = [aJob('a/1')];
    const { pool, errors, failed, running } = aPool([], {
      findDue: () =>
        isAway ? Promise.reject(new Error('no database')) : Promise.resolve(due.splice(0)),
      claim: (job) => Promise.resolve(job),
    });
    pool.wake();
    await settle();
    expect([errors, failed]).toEqual([[new Error('no database')], [undefined]]);
    isAway = false;
    pool.wake();
    await settle();
    expect(running()).toEqual(['a/1']);
  });
});

describe('a job that is due again soon', () => {
  const again = (dueInMs: number | null) => aPool(['a/1'], { dueInMs: () => dueInMs });

  it.each([-5, 0, 400, 3_000])('is looked for in %i ms, not at the next poll', async (dueInMs) => {
    const { pool, queue, finish, running } = again(dueInMs);
    pool.wake();
    await settle();
    await finish('a/1');
    queue.push(aJob('a/1'));
    jest.advanceTimersByTime(Math.max(0, dueInMs - 1));
    await settle();
    if (dueInMs > 0) expect(running()).toEqual([]);
    jest.advanceTimersByTime(1);
    await settle();
    expect(running()).toEqual(['a/1']);
  });

  it.each([null, 3_001, 86_400_000])(
    'is left to the poll when it is due in %p ms',
    async (dueInMs) => {
      const { pool, finish } = again(dueInMs);
      pool.wake();
      await settle();
      await finish('a/1');
      expect(jest.getTimerCount()).toBe(0);
    },
  );

  it('is left to whoever has it when the lease was lost', async () => {
    const { pool, works } = again(0);
    pool.wake();
    await settle();
    works.shift()?.finish(null);
    await settle();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a job whose lease was kept for the pool', () => {
  it('is worked on at once, without a claim', async () => {
    const { pool, running } = aPool([], { claim: () => Promise.reject(new Error('a claim')) });
    pool.resume(held('a/1'), 0);
    await settle();
    expect(running()).toEqual(['a/1']);
  });

  it('is worked on when it is due', async () => {
    const { pool, running } = aPool([]);
    pool.resume(held('a/1'), 400);
    jest.advanceTimersByTime(399);
    await settle();
    expect(running()).toEqual([]);
    jest.advanceTimersByTime(1);
    await settle();
    expect(running()).toEqual(['a/1']);
  });

  it('is given back where its owner has its share, or the pool is full or shut', async () => {
    let isOpen = true;
    const { pool, running, released } = aPool([], { isOpen: () => isOpen });
    for (const id of ['a/1', 'a/2', 'a/3', 'b/1', 'c/1']) pool.resume(held(id), 0);
    isOpen = false;
    pool.resume(held('d/1'), 0);
    await settle();
    expect(running()).toEqual(['a/1', 'a/2', 'b/1']);
    expect(released).toEqual(['a/3', 'c/1', 'd/1']);
  });

  it('is left alone when its lease ran out meanwhile', async () => {
    let isHeld = true;
    const { pool, running, released } = aPool([], { isHeld: () => isHeld });
    pool.resume(held('a/1'), 400);
    isHeld = false;
    jest.advanceTimersByTime(400);
    await settle();
    expect([running(), released]).toEqual([[], []]);
  });

  it('is handed on by the pool whose run has kept it', async () => {
    const { pool, works, handedOn } = aPool(['a/1']);
    pool.wake();
    await settle();
    works.shift()?.finish(held('a/1'));
    await settle();
    expect(handedOn).toEqual(['a/1']);
  });

  it('is given back when the pool closes, and closing waits for that', async () => {
    let giveBack: () => void = () => undefined;
    const release = (): Promise<void> => new Promise((resolve) => (giveBack = resolve));
    const { pool, running } = aPool([], { release });
    pool.resume(held('a/1'), 400);
    let closed = false;
    void pool.close().then(() => (closed = true));
    await settle();
    expect([running(), closed, jest.getTimerCount()]).toEqual([[], false, 0]);
    giveBack();
    await settle();
    expect(closed).toBe(true);
  });

  it('is told of when it cannot be given back', async () => {
    const release = (): Promise<never> => Promise.reject(new Error('no database'));
    const { pool, errors, failed } = aPool([], { isOpen: () => false, release });
    pool.resume(held('a/1'), 0);
    await settle();
    expect([errors, failed]).toEqual([[new Error('no database')], ['a/1']]);
  });
});

describe('a job pool that is closed', () => {
  it('waits for the works under way and claims nothing more', async () => {
    const { pool, finish, started } = aPool(['a/1', 'b/1', 'c/1', 'd/1']);
    pool.wake();
    await settle();
    let closed = false;
    void pool.close().then(() => (closed = true));
    await finish('a/1');
    await finish('b/1');
    expect(closed).toBe(false);
    await finish('c/1');
    expect(closed).toBe(true);
    pool.wake();
    await settle();
    expect(started).toEqual(['a/1', 'b/1', 'c/1']);
  });

  it('waits for a job that it was just claiming', async () => {
    let claimed: (job: Job) => void = () => undefined;
    const { pool, finish, running } = aPool(['late/1'], {
      claim: () => new Promise((resolve) => (claimed = resolve)),
    });
    pool.wake();
    await settle();
    let closed = false;
    void pool.close().then(() => (closed = true));
    await settle();
    expect(closed).toBe(false);
    claimed(aJob('late/1'));
    await settle();
    expect([running(), closed]).toEqual([['late/1'], false]);
    await finish('late/1');
    expect(closed).toBe(true);
  });

  it('forgets the jobs it wanted to look for again', async () => {
    const { pool, finish, started, queue } = aPool(['a/1'], { dueInMs: () => 500 });
    pool.wake();
    await settle();
    await finish('a/1');
    await pool.close();
    expect(jest.getTimerCount()).toBe(0);
    queue.push(aJob('a/1'));
    jest.advanceTimersByTime(10_000);
    await settle();
    expect(started).toEqual(['a/1']);
  });
});
