import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { allowedNow, CallPace, nextCallAt, WINDOW_MS } from './call-pace.js';
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
    ['one is out', [500], 2, 0, 0],
    ['two are out', [500, 600], 2, 0, 500 + WINDOW_MS],
    ['more are out than may now', [500, 600, 700], 2, 0, 600 + WINDOW_MS],
    ['the vendor wants a pause', [], 2, 900, 900],
    ['a pause that is shorter', [500, 600], 2, 900, 500 + WINDOW_MS],
    ['no limit', [500, 600], Infinity, 0, 0],
  ] as const)('next: %s', (_, begun, allowed, pausedUntil, at) => {
    expect(nextCallAt(begun, allowed, pausedUntil)).toBe(at);
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

  async function call(pace: CallPace, name: string, patienceMs = 60_000, isAgain = false) {
    try {
      await pace.turn(patienceMs, isAgain);
      out.push(`${name} ${Math.round((performance.now() - startMs) / 100)}`);
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

  it('is a pace for each endpoint', async () => {
    const paces = new CallPaces(1);
    void call(paces.of('stop'), 'stop');
    void call(paces.of('token'), 'token');
    void call(paces.of('stop'), 'second stop');
    await jest.advanceTimersByTimeAsync(2_000);
    expect(out).toEqual(['stop 0', 'token 0', 'second stop 11']);
  });
});
