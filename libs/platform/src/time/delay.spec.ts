import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { delay } from './delay.js';

describe('a delay', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('lasts until its time is over', async () => {
    jest.useFakeTimers();
    const ends: string[] = [];
    void delay(1_000).then(() => ends.push('over'));
    await jest.advanceTimersByTimeAsync(999);
    expect(ends).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(ends).toEqual(['over']);
  });

  it('is cut short by its signal and leaves no timer', async () => {
    jest.useFakeTimers();
    const patience = new AbortController();
    const waiting = delay(1_000, { signal: patience.signal });
    patience.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not begin where its signal was aborted before', async () => {
    await expect(delay(1_000, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });
});
