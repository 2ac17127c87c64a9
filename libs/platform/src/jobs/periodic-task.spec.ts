import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PeriodicTask } from './periodic-task.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** A task every second whose runs end when told to. */
function aTask(pauseMs: () => number = () => 1_000) {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const errors: unknown[] = [];
  let isAborted = (): boolean => false;
  const task = new PeriodicTask({
    pauseMs,
    run: (signal) => {
      isAborted = () => signal.aborted;
      return new Promise((resolve, reject) => ends.push({ resolve, reject }));
    },
    onError: (error) => errors.push(error),
  });
  task.start();
  return { task, ends, errors, isAborted: () => isAborted() };
}

describe('a periodic task', () => {
  it('runs after each pause, and never twice at the same time', async () => {
    const { task, ends } = aTask();
    await pass(999);
    expect(ends).toHaveLength(0);
    await pass(1);
    expect(ends).toHaveLength(1);
    await pass(60_000);
    expect(ends).toHaveLength(1);
    ends[0]?.resolve();
    await pass(1_000);
    expect(ends).toHaveLength(2);
    ends[1]?.resolve();
    await task.stop();
  });

  it('tells of a run that failed, and comes again', async () => {
    const { task, ends, errors } = aTask();
    await pass(1_000);
    ends[0]?.reject(new Error('no database'));
    await pass(1_000);
    expect([errors, ends.length]).toEqual([[new Error('no database')], 2]);
    ends[1]?.resolve();
    await task.stop();
  });

  it('asks for each pause anew', async () => {
    const pauses = [1_000, 5_000];
    const { task, ends } = aTask(() => pauses.shift() ?? 60_000);
    await pass(1_000);
    ends[0]?.resolve();
    await pass(4_999);
    expect(ends).toHaveLength(1);
    await pass(1);
    expect(ends).toHaveLength(2);
    ends[1]?.resolve();
    await task.stop();
  });

  it('stops in a pause at once, and in a run when that has ended', async () => {
    await aTask().task.stop();
    const { task, ends, isAborted } = aTask();
    await pass(1_000);
    let isStopped = false;
    void task.stop().then(() => (isStopped = true));
    await pass(10_000);
    expect([isStopped, isAborted()]).toEqual([false, true]);
    ends[0]?.resolve();
    await pass(0);
    expect([isStopped, ends.length, jest.getTimerCount()]).toEqual([true, 1, 0]);
  });
});
