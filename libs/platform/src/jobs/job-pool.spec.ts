import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { aSession } from '../../../../test/support/session.factory.js';
import type { Session } from '../../../../apps/ilianaai-avatar/src/session-record/session.js';
import { Lane, type LaneOptions } from './job-pool.js';

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

interface Work {
  readonly session: Session;
  readonly finish: (settled?: Session | null) => void;
  readonly fail: (error: Error) => void;
}

/** A lane over a queue of due sessions, named `account/number`; each work ends when told to. */
function aLane(due: string[], more: Partial<LaneOptions> = {}) {
  const queue = due.map((id) => aSession({ id, accountId: id.split('/')[0] ?? '' }));
  const works: Work[] = [];
  const started: string[] = [];
  const errors: unknown[] = [];
  const released: string[] = [];
  const handedOn: string[] = [];
  const lane = new Lane({
    parallel: 3,
    perAccount: 2,
    pollMs: 1_000,
    isOpen: () => true,
    dueInMs: () => null,
    onError: (error) => errors.push(error),
    isHeld: ({ lease }) => lease.owner !== null,
    release: (session) => Promise.resolve(released.push(session.id)),
    handOn: (session) => handedOn.push(session.id),
    look: (limit, notAccounts) => {
      const due = queue.filter(({ accountId }) => !notAccounts.includes(accountId));
      return Promise.resolve(due.slice(0, limit));
    },
    claim: (session) => {
      const index = queue.indexOf(session);
      return Promise.resolve(index < 0 ? null : (queue.splice(index, 1)[0] ?? null));
    },
    work: (session) => {
      started.push(session.id);
      return new Promise((resolve, reject) => {
        works.push({ session, finish: (settled = session) => resolve(settled), fail: reject });
      });
    },
    ...more,
  });
  const finish = async (id: string) => {
    const index = works.findIndex(({ session }) => session.id === id);
    works.splice(index, 1)[0]?.finish();
    await settle();
  };
  const running = () => works.map(({ session }) => session.id);
  return { lane, queue, works, started, errors, released, handedOn, finish, running };
}

/** A session whose lease was kept. */
function held(id: string): Session {
  const session = aSession({ id, accountId: id.split('/')[0] ?? '' });
  return { ...session, lease: { ...session.lease, owner: 'me' } };
}

describe('a lane', () => {
  it('works on everything that is due, as many at a time as it may', async () => {
    const { lane, running, started, finish } = aLane(['a/1', 'b/1', 'c/1', 'd/1', 'e/1']);
    lane.fill();
    await settle();
    expect(running()).toEqual(['a/1', 'b/1', 'c/1']);
    await finish('b/1');
    expect(running()).toEqual(['a/1', 'c/1', 'd/1']);
    for (const id of ['a/1', 'c/1', 'd/1', 'e/1']) await finish(id);
    expect([started.length, running()]).toEqual([5, []]);
  });

  it('passes over an account that has its share, and comes back to it when one is done', async () => {
    const { lane, running, finish } = aLane(['a/1', 'a/2', 'a/3', 'b/1', 'a/4']);
    lane.fill();
    await settle();
    expect(running()).toEqual(['a/1', 'a/2', 'b/1']);
    await finish('b/1');
    expect(running()).toEqual(['a/1', 'a/2']);
    await finish('a/1');
    expect(running()).toEqual(['a/2', 'a/3']);
    await finish('a/2');
    expect(running()).toEqual(['a/3', 'a/4']);
  });

  it('is told of everything new while it looks, and never works on one session twice', async () => {
    const { lane, queue, running, started } = aLane(['a/1']);
    lane.fill();
    queue.push(aSession({ id: 'b/1', accountId: 'b' }));
    lane.fill();
    lane.fill();
    await settle();
    expect(running()).toEqual(['a/1', 'b/1']);
    expect(started).toEqual(['a/1', 'b/1']);
  });

  it('looks once more for what came up after its last look had begun', async () => {
    const looks: ((due: Session[]) => void)[] = [];
    const { lane, running } = aLane([], {
      look: () => new Promise((resolve) => looks.push(resolve)),
      claim: (session) => Promise.resolve(session),
    });
    lane.fill();
    lane.fill();
    looks.shift()?.([]);
    await settle();
    expect(looks).toHaveLength(1);
    looks.shift()?.([aSession({ id: 'late/1' })]);
    await settle();
    expect(running()).toEqual(['late/1']);
  });

  it('claims nothing while it is closed to work, and again once it is open', async () => {
    let isOpen = false;
    const { lane, running } = aLane(['a/1'], { isOpen: () => isOpen });
    lane.fill();
    await settle();
    expect(running()).toEqual([]);
    isOpen = true;
    lane.fill();
    await settle();
    expect(running()).toEqual(['a/1']);
  });
});

describe('a lane in which something goes wrong', () => {
  it('tells of a work that failed and goes on with the next', async () => {
    const { lane, works, errors, running } = aLane(['a/1', 'b/1', 'c/1', 'd/1']);
    lane.fill();
    await settle();
    works.shift()?.fail(new Error('boom'));
    await settle();
    expect(errors).toEqual([new Error('boom')]);
    expect(running()).toEqual(['b/1', 'c/1', 'd/1']);
  });

  it('tells of a claim that failed and begins with the others', async () => {
    const { lane, errors, running } = aLane(['a/1', 'b/1'], {
      claim: (session) =>
        session.id === 'a/1' ? Promise.reject(new Error('cut off')) : Promise.resolve(session),
    });
    lane.fill();
    await settle();
    expect(errors).toEqual([new Error('cut off')]);
    expect(running()).toEqual(['b/1']);
  });

  it('does not ask at once again where every claim of a full look failed', async () => {
    const { lane, errors, started } = aLane(['a/1', 'b/1', 'c/1', 'd/1'], {
      claim: () => Promise.reject(new Error('no primary')),
    });
    lane.fill();
    await settle();
    expect(errors).toEqual([new Error('no primary')]);
    expect(started).toEqual([]);
  });

  it('leaves a session to whoever was faster and looks for others', async () => {
    const { lane, queue, running } = aLane(['a/1', 'b/1', 'c/1', 'd/1'], {
      claim: (session) => {
        queue.splice(queue.indexOf(session), 1);
        return Promise.resolve(session.id === 'b/1' ? null : session);
      },
    });
    lane.fill();
    await settle();
    expect(running()).toEqual(['a/1', 'c/1', 'd/1']);
  });

  it('tells of a look that failed and looks again when it is told to', async () => {
    let isAway = true;
    const due = [aSession({ id: 'a/1' })];
    const { lane, errors, running } = aLane([], {
      look: () =>
        isAway ? Promise.reject(new Error('no database')) : Promise.resolve(due.splice(0)),
      claim: (session) => Promise.resolve(session),
    });
    lane.fill();
    await settle();
    expect(errors).toEqual([new Error('no database')]);
    isAway = false;
    lane.fill();
    await settle();
    expect(running()).toEqual(['a/1']);
  });
});

describe('a session that is due again soon', () => {
  const again = (dueInMs: number | null) => aLane(['a/1'], { dueInMs: () => dueInMs });

  it.each([-5, 0, 400, 3_000])('is looked for in %i ms, not at the next poll', async (dueInMs) => {
    const { lane, queue, finish, running } = again(dueInMs);
    lane.fill();
    await settle();
    await finish('a/1');
    queue.push(aSession({ id: 'a/1' }));
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
      const { lane, finish } = again(dueInMs);
      lane.fill();
      await settle();
      await finish('a/1');
      expect(jest.getTimerCount()).toBe(0);
    },
  );

  it('is left to whoever has it when the lease was lost', async () => {
    const { lane, works } = again(0);
    lane.fill();
    await settle();
    works.shift()?.finish(null);
    await settle();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a session whose lease was kept for the lane', () => {
  it('is worked on at once, without a claim', async () => {
    const { lane, running } = aLane([], { claim: () => Promise.reject(new Error('a claim')) });
    lane.take(held('a/1'));
    await settle();
    expect(running()).toEqual(['a/1']);
  });

  it('is worked on when it is due', async () => {
    const { lane, running } = aLane([], { dueInMs: () => 400 });
    lane.take(held('a/1'));
    jest.advanceTimersByTime(399);
    await settle();
    expect(running()).toEqual([]);
    jest.advanceTimersByTime(1);
    await settle();
    expect(running()).toEqual(['a/1']);
  });

  it('is given back where its account has its share, or the lane is full or shut', async () => {
    let isOpen = true;
    const { lane, running, released } = aLane([], { isOpen: () => isOpen });
    for (const id of ['a/1', 'a/2', 'a/3', 'b/1', 'c/1']) lane.take(held(id));
    isOpen = false;
    lane.take(held('d/1'));
    await settle();
    expect(running()).toEqual(['a/1', 'a/2', 'b/1']);
    expect(released).toEqual(['a/3', 'c/1', 'd/1']);
  });

  it('is left alone when its lease ran out meanwhile', async () => {
    let isHeld = true;
    const options = { dueInMs: () => 400, isHeld: () => isHeld };
    const { lane, running, released } = aLane([], options);
    lane.take(held('a/1'));
    isHeld = false;
    jest.advanceTimersByTime(400);
    await settle();
    expect([running(), released]).toEqual([[], []]);
  });

  it('is handed on by the lane whose step has kept it', async () => {
    const { lane, works, handedOn } = aLane(['a/1']);
    lane.fill();
    await settle();
    works.shift()?.finish(held('a/1'));
    await settle();
    expect(handedOn).toEqual(['a/1']);
  });

  it('is given back when the lane closes, and closing waits for that', async () => {
    let giveBack: () => void = () => undefined;
    const release = (): Promise<void> => new Promise((resolve) => (giveBack = resolve));
    const { lane, running } = aLane([], { dueInMs: () => 400, release });
    lane.take(held('a/1'));
    let closed = false;
    void lane.close().then(() => (closed = true));
    await settle();
    expect([running(), closed, jest.getTimerCount()]).toEqual([[], false, 0]);
    giveBack();
    await settle();
    expect(closed).toBe(true);
  });

  it('is told of when it cannot be given back', async () => {
    const release = (): Promise<never> => Promise.reject(new Error('no database'));
    const { lane, errors } = aLane([], { isOpen: () => false, release });
    lane.take(held('a/1'));
    await settle();
    expect(errors).toEqual([new Error('no database')]);
  });
});

describe('a lane that is closed', () => {
  it('waits for the works under way and claims nothing more', async () => {
    const { lane, finish, started } = aLane(['a/1', 'b/1', 'c/1', 'd/1']);
    lane.fill();
    await settle();
    let closed = false;
    void lane.close().then(() => (closed = true));
    await finish('a/1');
    await finish('b/1');
    expect(closed).toBe(false);
    await finish('c/1');
    expect(closed).toBe(true);
    lane.fill();
    await settle();
    expect(started).toEqual(['a/1', 'b/1', 'c/1']);
  });

  it('waits for a session that it was just claiming', async () => {
    let claimed: (session: Session) => void = () => undefined;
    const { lane, finish, running } = aLane(['late/1'], {
      claim: () => new Promise((resolve) => (claimed = resolve)),
    });
    lane.fill();
    await settle();
    let closed = false;
    void lane.close().then(() => (closed = true));
    await settle();
    expect(closed).toBe(false);
    claimed(aSession({ id: 'late/1' }));
    await settle();
    expect([running(), closed]).toEqual([['late/1'], false]);
    await finish('late/1');
    expect(closed).toBe(true);
  });

  it('forgets the sessions it wanted to look for again', async () => {
    const { lane, finish, started, queue } = aLane(['a/1'], { dueInMs: () => 500 });
    lane.fill();
    await settle();
    await finish('a/1');
    await lane.close();
    expect(jest.getTimerCount()).toBe(0);
    queue.push(aSession({ id: 'a/1' }));
    jest.advanceTimersByTime(10_000);
    await settle();
    expect(started).toEqual(['a/1']);
  });
});
