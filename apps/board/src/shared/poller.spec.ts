import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pauseMs, Poller } from './poller.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A poller whose answers come when a test says so. */
function somePoller() {
  const asked: { signal: AbortSignal; answer: () => void; fail: (error?: unknown) => void }[] = [];
  const page = { isHidden: false };
  const poller = new Poller(
    (signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
        asked.push({ signal, answer: resolve, fail: (error = new Error('away')) => reject(error) });
      }),
    () => page.isHidden,
  );
  const last = () => asked.at(-1) ?? fail();
  return { asked, page, poller, last };
}

function fail(): never {
  throw new Error('nothing was asked');
}

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe('a poller', () => {
  it('asks at once, and again two seconds after each answer: no two overlap', async () => {
    const { asked, poller, last } = somePoller();
    poller.start();
    await pass(60_000);
    expect(asked).toHaveLength(1);
    last().answer();
    await pass(1_999);
    expect(asked).toHaveLength(1);
    await pass(1);
    expect(asked).toHaveLength(2);
  });

  it('asks more seldom the longer it fails, and as before once it is answered', async () => {
    const { asked, poller, last } = somePoller();
    poller.start();
    const gaps: number[] = [];
    for (let times = 0; times < 6; times += 1) {
      const before = asked.length;
      last().fail();
      const from = Date.now();
      while (asked.length === before) await pass(500);
      gaps.push(Date.now() - from);
    }
    expect(gaps).toEqual([4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    last().answer();
    await pass(2_000);
    expect(asked).toHaveLength(8);
  });

  it('waits as long as it is told to', async () => {
    const { asked, poller, last } = somePoller();
    poller.start();
    last().fail({ retryAfterSeconds: 45 });
    await pass(44_999);
    expect(asked).toHaveLength(1);
    await pass(1);
    expect(asked).toHaveLength(2);
  });

  it('asks nothing while nobody looks, and at once when somebody does', async () => {
    const { asked, page, poller, last } = somePoller();
    poller.start();
    page.isHidden = true;
    last().answer();
    await pass(600_000);
    expect(asked).toHaveLength(1);
    page.isHidden = false;
    poller.now();
    expect(asked).toHaveLength(2);
  });

  it('asks once more after what is under way, however often that is wanted', async () => {
    const { asked, poller, last } = somePoller();
    poller.start();
    for (let times = 0; times < 5; times += 1) poller.now();
    expect(asked).toHaveLength(1);
    last().answer();
    await pass(0);
    expect(asked).toHaveLength(2);
    last().answer();
    await pass(1_999);
    expect(asked).toHaveLength(2);
  });

  it('leaves the last question for another, which is no failure', async () => {
    const { asked, poller, last } = somePoller();
    poller.start();
    poller.anew();
    await pass(0);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    last().answer();
    await pass(2_000);
    expect(asked).toHaveLength(3);
  });

  it('asks no more once it is stopped, and leaves what it has asked', async () => {
    const { asked, poller } = somePoller();
    poller.start();
    poller.stop();
    poller.now();
    await pass(600_000);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true]);
    poller.start();
    expect(asked).toHaveLength(2);
  });

  it.each([
    [0, 0, 2_000],
    [1, 0, 4_000],
    [99, 0, 30_000],
    [1, 60, 60_000],
    [4, 3, 30_000],
  ])('after %d failures, told to wait %d s, waits %d ms', (failures, told, ms) => {
    expect(pauseMs(failures, told)).toBe(ms);
  });
});
