import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseClock } from './database-clock.js';

const DAY_MS = 86_400_000;
let nowMs = 0;

beforeEach(() => {
  nowMs = 1_000;
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** A server a day ahead, whose answers take so long on their way back; the last for all others. */
function serverWithAnswers(waysBackMs: readonly number[]) {
  let asked = 0;
  const command = async () => {
    const backMs = waysBackMs[Math.min(asked, waysBackMs.length - 1)] ?? 0;
    asked += 1;
    if (backMs === Infinity) throw new Error('away');
    const localTime = new Date(performance.timeOrigin + nowMs + DAY_MS);
    nowMs += backMs;
    return { localTime };
  };
  const connection = { db: { command } } as unknown as ConstructorParameters<
    typeof DatabaseClock
  >[0];
  return { clock: new DatabaseClock(connection), asked: () => asked };
}

/** How far the clock is from the server's. */
function errorOf(clock: DatabaseClock): number {
  return Math.abs(clock.now().getTime() - (performance.timeOrigin + nowMs + DAY_MS));
}

describe('the database’s clock', () => {
  it('is told from a slow first answer, and well from the next', async () => {
    const { clock } = serverWithAnswers([400, 2]);
    expect(await clock.ready()).toBe(true);
    expect(errorOf(clock)).toBeLessThanOrEqual(201);
    await clock.measure();
    expect(errorOf(clock)).toBeLessThanOrEqual(2);
  });

  it('does not jump when a later answer is slow, so that no turns change places', async () => {
    const { clock } = serverWithAnswers([2, 400]);
    for (let readings = 0; readings < 6; readings += 1) {
      await clock.measure();
      expect(errorOf(clock)).toBeLessThanOrEqual(8);
      nowMs += 5_000;
    }
  });

  it('is our own while the server is away, which is asked again soon', async () => {
    const { clock, asked } = serverWithAnswers([Infinity, Infinity, 2]);
    expect(await clock.ready()).toBe(false);
    expect(Math.abs(errorOf(clock) - DAY_MS)).toBeLessThanOrEqual(1);
    clock.onApplicationBootstrap();
    while (asked() < 3) await delay(10);
    clock.onApplicationShutdown();
    await delay(0);
    expect(errorOf(clock)).toBeLessThanOrEqual(2);
  });

  it('does not go back and forth between two machines whose clocks differ', async () => {
    const answers = [0, 60, 0, 60, 0, 60];
    const command = async () => {
      const aheadMs = answers.shift() ?? 0;
      const localTime = new Date(performance.timeOrigin + nowMs + aheadMs);
      nowMs += 2;
      return { localTime, topologyVersion: { processId: `machine ${aheadMs}` } };
    };
    const clock = new DatabaseClock({ db: { command } } as never);
    let beforeMs = 0;
    while (answers.length > 0) {
      await clock.measure();
      const aheadMs = clock.now().getTime() - (performance.timeOrigin + nowMs);
      expect(Math.abs(aheadMs)).toBeLessThanOrEqual(3);
      expect(clock.now().getTime()).toBeGreaterThanOrEqual(beforeMs);
      beforeMs = clock.now().getTime();
      nowMs += 5_000;
    }
  });
});
