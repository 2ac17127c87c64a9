import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LatestReading } from './latest-reading.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** Readings that end when told to, every 5 s; 15 s old they are waited for, for 2 s. */
function someReadings() {
  const ends: { give: (value: string) => void; fail: (error: Error) => void }[] = [];
  const errors: unknown[] = [];
  const latest = new LatestReading<string>({
    read: () => new Promise((give, fail) => ends.push({ give, fail })),
    everyMs: 5_000,
    staleMs: 15_000,
    patienceMs: 2_000,
    onError: (error) => errors.push(error),
  });
  const end = (index: number) => {
    const found = ends[index];
    if (!found) throw new Error(`reading ${index} has not begun`);
    return found;
  };
  return { latest, ends, errors, end };
}

/** What was told within no time; undefined where somebody still waits. */
async function told(looking: Promise<string>): Promise<string | undefined> {
  let value: string | undefined;
  looking.then(
    (found) => (value = found),
    (error: unknown) => (value = String(error)),
  );
  await pass(0);
  return value;
}

async function withFirst() {
  const all = someReadings();
  const looking = all.latest.look();
  all.end(0).give('first');
  expect(await looking).toBe('first');
  return all;
}

describe('the latest reading', () => {
  it('is made once, however many look, who all wait for the first one', async () => {
    const { latest, ends, end } = someReadings();
    const looks = [latest.look(), latest.look()];
    expect(await told(latest.look())).toBeUndefined();
    await pass(60_000);
    expect(await told(latest.look())).toBeUndefined();
    expect(ends).toHaveLength(1);
    end(0).give('first');
    expect(await Promise.all(looks)).toEqual(['first', 'first']);
  });

  it('is made anew after its pause and not sooner, and never while nobody looks', async () => {
    const { latest, ends } = await withFirst();
    await pass(4_999);
    expect(await told(latest.look())).toBe('first');
    expect(ends).toHaveLength(1);
    await pass(3_600_000);
    expect(ends).toHaveLength(1);
    void latest.look();
    expect(ends).toHaveLength(2);
  });

  it('is the last one, at once, while it is made anew', async () => {
    const { latest, ends, end } = await withFirst();
    await pass(15_000);
    expect(await told(latest.look())).toBe('first');
    expect(await told(latest.look())).toBe('first');
    expect(ends).toHaveLength(2);
    end(1).give('second');
    await pass(0);
    expect(await told(latest.look())).toBe('second');
  });

  it('is waited for where the last one is old, as long as there is patience with it', async () => {
    const { latest, end } = await withFirst();
    await pass(15_001);
    const [soon, late] = [latest.look(), latest.look()];
    expect(await told(soon)).toBeUndefined();
    end(1).give('second');
    expect(await Promise.all([soon, late])).toEqual(['second', 'second']);
    await pass(60_000);
    const hanging = latest.look();
    await pass(1_999);
    expect(await told(hanging)).toBeUndefined();
    await pass(1);
    expect(await hanging).toBe('second');
    // Whoever comes later does not wait for it again.
    expect(await told(latest.look())).toBe('second');
  });

  it('stays where the next one fails, which is tried again after the same pause', async () => {
    const { latest, ends, errors, end } = await withFirst();
    await pass(60_000);
    const looking = latest.look();
    const error = new Error('no database');
    end(1).fail(error);
    expect(await looking).toBe('first');
    expect(errors).toEqual([error]);
    await pass(4_999);
    expect(await told(latest.look())).toBe('first');
    expect(ends).toHaveLength(2);
    await pass(1);
    void latest.look();
    expect(ends).toHaveLength(3);
  });

  it('fails as it was read where there never was one', async () => {
    const { latest, ends, end } = someReadings();
    const looking = latest.look();
    const failing = expect(looking).rejects.toThrow('no database');
    end(0).fail(new Error('no database'));
    await failing;
    await expect(latest.look()).rejects.toThrow('no database');
    expect(ends).toHaveLength(1);
    await pass(5_000);
    const again = latest.look();
    end(1).give('first');
    expect(await again).toBe('first');
  });
});
