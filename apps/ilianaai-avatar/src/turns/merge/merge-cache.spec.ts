import { describe, expect, it, jest } from '@jest/globals';
import { MergeCache } from './merge-cache.js';
import type { Merge } from './merge-sources.js';

function merged(text: string, turns = 1): Merge {
  const turn = { key: 'k', role: 'user', text, atMs: 0, sources: ['client'] } as const;
  return {
    turns: Array.from({ length: turns }, () => ({ ...turn, sources: ['client'] })),
    truncated: false,
  };
}

/** A maker that counts how often it is asked, and answers when it is told to. */
function aMaker(merge = merged('Hello')) {
  let answer = (_merge: Merge): void => undefined;
  const make = jest.fn(() => new Promise<Merge>((resolve) => (answer = resolve)));
  return { make, finish: () => answer(merge) };
}

const made = (merge: Merge) => jest.fn(() => Promise.resolve(merge));

describe('a merge that is kept', () => {
  it('is found under its revision, and not under another', async () => {
    const cache = new MergeCache();
    const make = made(merged('Hello', 3));
    const first = await cache.get('s', '1/3', make);
    expect(await cache.get('s', '1/3', make)).toBe(first);
    expect(make).toHaveBeenCalledTimes(1);
    expect([
      cache.countAt('s', '1/3'),
      cache.countAt('s', '2/3'),
      cache.countAt('t', '1/3'),
    ]).toEqual([3, null, null]);
    await cache.get('s', '2/3', make);
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('is made once for all who ask meanwhile', async () => {
    const cache = new MergeCache();
    const { make, finish } = aMaker();
    const asked = Array.from({ length: 10 }, () => cache.get('s', '1', make));
    finish();
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it('does not give way to an older one that comes later', async () => {
    const cache = new MergeCache();
    const old = aMaker(merged('old'));
    const asked = cache.get('s', '1', old.make);
    await cache.get('s', '2', made(merged('new')));
    old.finish();
    await asked;
    const make = made(merged('unneeded'));
    expect((await cache.get('s', '2', make)).turns[0]?.text).toBe('new');
    expect(make).not.toHaveBeenCalled();
  });

  it('is made again after it failed', async () => {
    const cache = new MergeCache();
    const failing = () => Promise.reject(new Error('database'));
    await expect(cache.get('s', '1', failing)).rejects.toThrow('database');
    expect((await cache.get('s', '1', made(merged('Hello')))).turns).toHaveLength(1);
  });

  it('goes when there is no room for it: the one that was not used for longest first', async () => {
    const cache = new MergeCache(6_000);
    const make = made(merged('x'.repeat(1_000)));
    for (const id of ['a', 'b']) await cache.get(id, '1', make);
    await cache.get('a', '1', make);
    await cache.get('c', '1', make);
    make.mockClear();
    for (const id of ['a', 'c']) await cache.get(id, '1', make);
    expect(make).not.toHaveBeenCalled();
    await cache.get('b', '1', make);
    expect(make).toHaveBeenCalledTimes(1);
    expect(cache.countAt('c', '1')).toBe(1);
  });

  it('is not kept when it is larger than all the room; the number of its turns is', async () => {
    const cache = new MergeCache(1_000);
    const make = made(merged('x'.repeat(1_000)));
    await cache.get('s', '1', make);
    await cache.get('s', '1', make);
    expect(make).toHaveBeenCalledTimes(2);
    expect(cache.countAt('s', '1')).toBe(1);
  });

  it('goes a minute after its last use', async () => {
    let nowMs = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    jest.useFakeTimers();
    const pass = (ms: number): void => {
      nowMs += ms;
      jest.advanceTimersByTime(ms);
    };
    try {
      const cache = new MergeCache();
      const make = made(merged('Hello'));
      await cache.get('s', '1', make);
      pass(59_000);
      await cache.get('s', '1', make);
      pass(59_000);
      await cache.get('s', '1', make);
      expect(make).toHaveBeenCalledTimes(1);
      pass(60_001);
      await cache.get('s', '1', make);
      expect(make).toHaveBeenCalledTimes(2);
    } finally {
      jest.useRealTimers();
      jest.restoreAllMocks();
    }
  });
});

describe('a session that is forgotten', () => {
  it('has nothing left here, not even what was being made', async () => {
    const cache = new MergeCache();
    await cache.get('s', '1', made(merged('Hello')));
    const { make, finish } = aMaker();
    const asked = cache.get('s', '2', make);
    cache.forget('s');
    finish();
    await asked;
    expect([cache.countAt('s', '1'), cache.countAt('s', '2')]).toEqual([null, null]);
    const again = made(merged('Hello'));
    for (const revision of ['1', '2']) await cache.get('s', revision, again);
    expect(again).toHaveBeenCalledTimes(2);
  });
});
