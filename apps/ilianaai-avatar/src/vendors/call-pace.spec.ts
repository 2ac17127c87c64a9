import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { aheadOf, allowedNow, CallPace, nextCallAt } from './call-pace.js';
import { CallPaces } from './call-paces.js';

describe('calls in a window', () => {
  it.each([
    ['never refused', 10, null, 0, 10],
    ['no limit', 0, null, 0, Infinity],
    ['no limit, though refused', 0, { to: 1, atMs: 0 }, 0, Infinity],
    ['refused just now', 10, { to: 5, atMs: 100 }, 100, 5],
    ['refused a while ago', 10, { to: 5, atMs: 100 }, 10_100, 7],
    ['refused long ago', 10, { to: 5, atMs: 100 }, 1_000_000, 10],
  ] as const)('%s', (_, perWindow, slowed, now, allowed) => {
    expect(allowedNow(perWindow, slowed, now)).toBe(allowed);
  });

  it.each([
    ['the first', [], 2, 0, 0],
    ['one counts', [500], 2, 0, 0],
    ['two count', [600, 500], 2, 0, 500],
    ['three count, and it was slowed since', [700, 500, 600], 2, 0, 600],
    ['the vendor wants a pause', [], 2, 900, 900],
    ['a pause that is shorter', [500, 600], 2, 400, 500],
    ['a pause that is longer', [500, 600], 2, 900, 900],
    ['no limit', [500, 600], Infinity, 0, 0],
  ] as const)('next: %s', (_, freeAtMs, allowed, pausedUntil, at) => {
    expect(nextCallAt(freeAtMs, allowed, pausedUntil)).toBe(at);
  });
});

describe('a pace', () => {
  const out: string[] = [];
  let startMs = 0;

  beforeEach(() => {
    jest.useFakeTimers();
    startMs = performance.now();
    out.length = 0;
  });
  afterEach(() => void jest.useRealTimers());

  /** `a:1` is a call of a's. */
  const ownerOf = (name: string) => (name.includes(':') ? name.split(':')[0] : undefined);

  async function call(pace: CallPace, name: string, patienceMs = 60_000, isAgain = false) {
    try {
      const turn = await pace.turn({ patienceMs, isAgain, owner: ownerOf(name) });
      out.push(`${name} ${Math.round((performance.now() - startMs) / 100)}`);
      pace.done(turn);
    } catch (error) {
      const { code, details } = error as { code: string; details: { retryAfterSeconds: number } };
      out.push(`${name} ${code} ${details.retryAfterSeconds}`);
    }
  }

  it('lets calls out in their order, so many in a window', async () => {
    const pace = new CallPace(2);
    for (const name of 'abcde') void call(pace, name);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(out).toEqual(['a 0', 'b 0', 'c 11', 'd 11', 'e 22']);
  });

  it('lets a call out at once after a quiet time, and all where there is no limit', async () => {
    const pace = new CallPace(1);
    void call(pace, 'a');
    await jest.advanceTimersByTimeAsync(1_200);
    void call(pace, 'b');
    const free = new CallPace(0);
    for (const name of 'xyz') void call(free, name);
    await jest.advanceTimersByTimeAsync(0);
    expect(out).toEqual(['a 0', 'b 12', 'x 12', 'y 12', 'z 12']);
  });

  it('tells at once whose turn would come too late, and when it may ask again', async () => {
    const pace = new CallPace(1);
    for (const name of 'abcd') void call(pace, name, 2_500);
    await jest.advanceTimersByTimeAsync(0);
    expect(out.toSorted()).toEqual(['a 0', 'd vendor_busy 4']);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(out.slice(2)).toEqual(['b 11', 'c 22']);
  });

  it('holds all up while the vendor wants to be left alone, and then goes on more slowly', async () => {
    const pace = new CallPace(4);
    for (const name of 'abcdefg') void call(pace, name);
    await jest.advanceTimersByTimeAsync(0);
    pace.refused(2_000);
    void call(pace, 'a again', 60_000, true);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(out.slice(0, 4)).toEqual(['a 0', 'b 0', 'c 0', 'd 0']);
    expect(out.slice(4)).toEqual(['a again 20', 'e 20', 'f 31', 'g 31']);
  });

  it('counts a call until a window after its answer', async () => {
    const pace = new CallPace(1);
    const turn = await pace.turn({ patienceMs: 60_000 });
    void call(pace, 'b');
    await jest.advanceTimersByTimeAsync(1_500);
    pace.done(turn);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(out).toEqual(['b 26']);
  });

  it('counts a call for as long as it has no answer, since it may still be on its way', async () => {
    const pace = new CallPace(1);
    const hanging = await pace.turn({ patienceMs: 60_000 });
    void call(pace, 'b');
    await jest.advanceTimersByTimeAsync(30_000);
    expect(out).toEqual([]);
    pace.done(hanging);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(out).toEqual(['b 311']);
  });

  it('lets calls that may not wait out past those without an answer, and counts a late one', async () => {
    const pace = new CallPace(1, 1, 2_000);
    const hanging = await pace.turn({ patienceMs: 60_000 });
    for (const name of 'bcd') void call(pace, name);
    await jest.advanceTimersByTimeAsync(2_500);
    expect(out).toEqual(['b 20']);
    pace.done(hanging);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(out).toEqual(['b 20', 'c 36']);
  });

  it('lets several that hang in a row pass, so many each time', async () => {
    const pace = new CallPace(2, 1, 2_000);
    const times: number[] = [];
    for (let each = 0; each < 6; each += 1) {
      void pace.turn({ patienceMs: 60_000 }).then(() => times.push(performance.now() - startMs));
    }
    await jest.advanceTimersByTimeAsync(10_000);
    expect(times.map((ms) => Math.round(ms / 100))).toEqual([0, 0, 20, 20, 40, 40]);
  });

  it('uses a place that becomes free because the rate has risen', async () => {
    const pace = new CallPace(2);
    pace.refused(0);
    await pace.turn({ patienceMs: 60_000 });
    void call(pace, 'b');
    await jest.advanceTimersByTimeAsync(20_000);
    // The first has no answer to this day.
    expect(out).toEqual(['b 50']);
  });

  it('gives up whoever has waited long enough because of a pause', async () => {
    const pace = new CallPace(1);
    void call(pace, 'a');
    void call(pace, 'b', 1_500);
    pace.refused(5_000);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(out).toEqual(['a 0', 'b vendor_busy 4']);
  });

  it('takes refusals of calls that were on their way together for one', async () => {
    const pace = new CallPace(8);
    for (let call = 0; call < 8; call += 1) pace.refused(1_000);
    for (const name of 'abcde') void call(pace, name);
    await jest.advanceTimersByTimeAsync(1_050);
    expect(out).toEqual(['a 10', 'b 10', 'c 10', 'd 10']);
  });

  it('serves owners in turn, so that one with many calls keeps nobody else waiting', async () => {
    const pace = new CallPace(1);
    for (const name of ['a:1', 'a:2', 'a:3', 'a:4', 'b:1', 'b:2', 'c:1']) void call(pace, name);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(out.map((line) => line.split(' ')[0]).join(' ')).toBe('a:1 b:1 c:1 a:2 b:2 a:3 a:4');
  });

  it('tells an owner with many calls that they come too late, and not one with a single call', async () => {
    const pace = new CallPace(1);
    for (let each = 1; each <= 9; each += 1) void call(pace, `a:${each}`, 4_000);
    void call(pace, 'b:1', 4_000);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(out.filter((line) => line.includes('vendor_busy')).length).toBeGreaterThan(3);
    expect(out).toContain('b:1 11');
  });

  it.each([
    ['nobody waits', [], 'a', 0],
    ['one of its own', ['a'], 'a', 1],
    ['many of another', ['b', 'b', 'b'], 'a', 1],
    ['many of another, one of its own', ['b', 'b', 'b', 'a'], 'a', 3],
    ['one each of others', ['b', 'c', 'd'], 'a', 3],
    ['without an owner: all', ['b', 'b', 'a'], undefined, 3],
  ])('so many go before: %s', (_, owners, owner, ahead) => {
    expect(
      aheadOf(
        owners.map((each) => ({ owner: each })),
        owner,
      ),
    ).toBe(ahead);
  });

  it('is not slowed below the least where it says so', async () => {
    const pace = new CallPace(8, 5);
    pace.refused(0);
    await jest.advanceTimersByTimeAsync(2_000);
    pace.refused(0);
    startMs = performance.now();
    for (const name of 'abcdef') void call(pace, name);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(out).toEqual(['a 0', 'b 0', 'c 0', 'd 0', 'e 0']);
  });

  it('is a pace for each endpoint', async () => {
    const paces = new CallPaces(1);
    void call(paces.of('stop'), 'stop');
    void call(paces.of('token'), 'token');
    void call(paces.of('stop'), 'second stop');
    await jest.advanceTimersByTimeAsync(2_000);
    expect(out).toEqual(['stop 0', 'token 0', 'second stop 11']);
  });
});
