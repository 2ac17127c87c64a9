import { describe, expect, it } from '@jest/globals';
import { AccountCache, type LookUp } from './account-cache.js';

const times = { freshMs: 5_000, refusedMs: 1_000, staleMs: 60_000 };

/** A cache with a clock and a source whose answer can be changed; it counts how often it is asked. */
function cacheWithSource() {
  const clock = { ms: 0 };
  const source = {
    asked: 0,
    answer: (): Promise<LookUp<string>> => Promise.resolve({ found: 'first' }),
  };
  const cache = new AccountCache<string>(times, () => clock.ms);
  const get = (key = 'key') =>
    cache.get(key, () => {
      source.asked += 1;
      return source.answer();
    });
  return { cache, clock, source, get };
}

const away = () => Promise.reject(new Error('away'));

describe('a cached account', () => {
  it('is asked for once as long as it is fresh', async () => {
    const { clock, source, get } = cacheWithSource();
    expect(await get()).toEqual({ found: 'first' });
    source.answer = () => Promise.resolve({ found: 'second' });
    clock.ms = 4_999;
    expect(await get()).toEqual({ found: 'first' });
    expect(source.asked).toBe(1);
    clock.ms = 5_000;
    expect(await get()).toEqual({ found: 'second' });
  });

  it('is as old as the question, not as the answer: what changed meanwhile is not in it', async () => {
    const { clock, source, get } = cacheWithSource();
    source.answer = () => {
      clock.ms += 4_000;
      return Promise.resolve({ found: 'slow' });
    };
    await get();
    clock.ms += 1_000;
    await get();
    expect(source.asked).toBe(2);
  });

  it('is not replaced by what was asked for earlier and learned later', async () => {
    const { cache, clock, get } = cacheWithSource();
    clock.ms = 100;
    await get();
    cache.keep('key', { refused: 'suspended' }, 99);
    expect(await get()).toEqual({ found: 'first' });
    cache.keep('key', { refused: 'suspended' }, 100);
    expect(await get()).toEqual({ refused: 'suspended' });
  });

  it('is not pushed out by keys that nobody knows', async () => {
    const { source, get } = cacheWithSource();
    await get('known');
    source.answer = () => Promise.resolve({ refused: 'unknown' });
    for (let index = 0; index < 20_001; index += 1) await get(`guess-${index}`);
    const asked = source.asked;
    expect(await get('known')).toEqual({ found: 'first' });
    expect(source.asked).toBe(asked);
  });

  it('is fresh again from its last answer on, not from its first', async () => {
    const { clock, source, get } = cacheWithSource();
    await get();
    clock.ms = 6_000;
    await get();
    clock.ms = 10_999;
    await get();
    expect(source.asked).toBe(2);
  });

  it.each(['unknown', 'suspended'] as const)(
    'that was refused as %s is remembered for a second only',
    async (refused) => {
      const { clock, source, get } = cacheWithSource();
      source.answer = () => Promise.resolve({ refused });
      expect(await get()).toEqual({ refused });
      source.answer = () => Promise.resolve({ found: 'now' });
      clock.ms = 999;
      expect(await get()).toEqual({ refused });
      clock.ms = 1_000;
      expect(await get()).toEqual({ found: 'now' });
    },
  );

  it('is refused as soon as the source says so, whatever was found before', async () => {
    const { clock, source, get } = cacheWithSource();
    await get();
    clock.ms = 5_000;
    source.answer = () => Promise.resolve({ refused: 'unknown' });
    expect(await get()).toEqual({ refused: 'unknown' });
    source.answer = away;
    clock.ms = 7_000;
    await expect(get()).rejects.toThrow('away');
  });

  it('serves while the source is away, until it is too old', async () => {
    const { clock, source, get } = cacheWithSource();
    await get();
    source.answer = away;
    clock.ms = 59_999;
    expect(await get()).toEqual({ found: 'first' });
    clock.ms = 60_000;
    await expect(get()).rejects.toThrow('away');
  });

  it('asks again each time while it is served stale, so that recovery is seen at once', async () => {
    const { clock, source, get } = cacheWithSource();
    await get();
    clock.ms = 6_000;
    source.answer = away;
    await get();
    await get();
    expect(source.asked).toBe(3);
    source.answer = () => Promise.resolve({ found: 'back' });
    expect(await get()).toEqual({ found: 'back' });
  });

  it('is not made of a failure: without anything known the failure is the answer', async () => {
    const { source, get } = cacheWithSource();
    source.answer = away;
    await expect(get()).rejects.toThrow('away');
    source.answer = () => Promise.resolve({ found: 'x' });
    expect(await get()).toEqual({ found: 'x' });
  });

  it('of one key says nothing of another', async () => {
    const { source, get } = cacheWithSource();
    await get('a');
    source.answer = () => Promise.resolve({ refused: 'unknown' });
    expect(await get('b')).toEqual({ refused: 'unknown' });
    expect(await get('a')).toEqual({ found: 'first' });
  });
});

describe('simultaneous look-ups', () => {
  it('of one key ask once and share the answer', async () => {
    const { source, get } = cacheWithSource();
    const answers = await Promise.all([get(), get(), get(), get('other')]);
    expect(answers).toEqual(answers.map(() => ({ found: 'first' })));
    expect(source.asked).toBe(2);
  });

  it('share a failure too, and the next one asks again', async () => {
    const { source, get } = cacheWithSource();
    source.answer = away;
    const outcomes = await Promise.allSettled([get(), get()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(source.asked).toBe(1);
    await expect(get()).rejects.toThrow('away');
    expect(source.asked).toBe(2);
  });
});

describe('a cache that many keys are tried on', () => {
  it('forgets the oldest and keeps what was asked for last', async () => {
    const { source, get } = cacheWithSource();
    for (let index = 0; index <= 20_000; index += 1) await get(`key-${index}`);
    source.asked = 0;
    await get('key-20000');
    await get('key-1');
    expect(source.asked).toBe(0);
    await get('key-0');
    expect(source.asked).toBe(1);
  });
});

describe('a source that is slow', () => {
  /** Asks once, then lets the answer grow old and the source hang. */
  async function hanging(patienceMs?: number, ageMs = 5_000) {
    const clock = { ms: 0 };
    const cache = new AccountCache<string>({ ...times, patienceMs }, () => clock.ms);
    await cache.get('key', () => Promise.resolve({ found: 'first' }));
    clock.ms = ageMs;
    let answer: (result: LookUp<string>) => void = () => undefined;
    const asked = new Promise<LookUp<string>>((resolve) => (answer = resolve));
    return { served: cache.get('key', () => asked), answer, again: () => cache.get('key', away) };
  }

  it('is waited for no longer than that, and its answer counts from then on', async () => {
    const { served, answer, again } = await hanging(10);
    expect(await served).toEqual({ found: 'first' });
    answer({ refused: 'suspended' });
    await Promise.resolve();
    expect(await again()).toEqual({ refused: 'suspended' });
  });

  it.each([
    [undefined, 5_000],
    [10, 60_000],
  ])('is waited for where nothing else will do: %p ms, %i ms old', async (patienceMs, ageMs) => {
    const { served, answer } = await hanging(patienceMs, ageMs);
    setTimeout(() => answer({ found: 'second' }), 50);
    expect(await served).toEqual({ found: 'second' });
  });
});
