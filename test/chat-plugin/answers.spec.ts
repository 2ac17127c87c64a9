import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AnswerWatch } from './src/plugin/answers.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const MINUTE_MS = 60_000;

/** A watch, and the seconds after its beginning at which it has looked. */
function aWatch(answer: () => Promise<void> = () => Promise.resolve()) {
  const looks: number[] = [];
  const beganMs = Date.now();
  const watch = new AnswerWatch(() => {
    looks.push((Date.now() - beganMs) / 1000);
    return answer();
  });
  return { watch, looks };
}

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe('looking for answers', () => {
  it('is quick at first and slower later', async () => {
    const { watch, looks } = aWatch();
    watch.expect();
    await pass(MINUTE_MS);
    expect(looks).toEqual([0.5, 1.5, 3, 6, 11, 21, 36, 51]);
  });

  it('ends when nobody answers for a quarter of an hour', async () => {
    const { watch, looks } = aWatch();
    watch.expect();
    await pass(60 * MINUTE_MS);
    expect(looks).toHaveLength(60);
    expect(looks.at(-1)).toBe(831);
    watch.expect();
    await pass(MINUTE_MS);
    expect(looks).toHaveLength(68);
  });

  it('goes on after a look that failed', async () => {
    const { watch, looks } = aWatch(() => Promise.reject(new Error('offline')));
    watch.expect();
    await pass(3_000);
    expect(looks).toEqual([0.5, 1.5, 3]);
  });

  it('begins anew with the next message, and is one watch still', async () => {
    const { watch, looks } = aWatch();
    watch.expect();
    await pass(600);
    watch.expect();
    watch.expect();
    await pass(600);
    expect(looks).toEqual([0.5, 1.1]);
  });

  it.each([
    ['before the first look', 100, []],
    ['between two', 600, [0.5]],
  ])('ends when it is stopped %s', async (_when, afterMs, expected) => {
    const { watch, looks } = aWatch();
    watch.expect();
    await pass(afterMs);
    watch.stop();
    await pass(MINUTE_MS);
    expect(looks).toEqual(expected);
  });

  it('ends when it is stopped during a look', async () => {
    let answered = (): void => undefined;
    const { watch, looks } = aWatch(() => new Promise((resolve) => (answered = resolve)));
    watch.expect();
    await pass(600);
    watch.stop();
    answered();
    await pass(MINUTE_MS);
    expect(looks).toEqual([0.5]);
  });

  it('waits for a look that takes its time', async () => {
    let answered = (): void => undefined;
    const { watch, looks } = aWatch(() => new Promise((resolve) => (answered = resolve)));
    watch.expect();
    await pass(10_000);
    expect(looks).toEqual([0.5]);
    answered();
    await pass(1_000);
    expect(looks).toEqual([0.5, 11]);
  });
});
