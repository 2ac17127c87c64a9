import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { at } from '../../../../test/support/session.factory.js';
import type { DatabaseClock } from '../clock/database-clock.js';
import type { OpeningRepository } from './opening.repository.js';
import { OpeningService } from './opening.service.js';
import type { OpeningOrder } from './pause.js';

Logger.overrideLogger(false);

/** A question to the database that the test answers. */
interface Asked {
  answer(order: OpeningOrder | null): Promise<void>;
  fail(order?: null): Promise<void>;
}

const PAUSE: OpeningOrder = { paused: true, reason: null, until: null, by: null, setAt: at(0) };

/** The opening as one replica knows it, at second 0. */
function anArena() {
  const asked: Asked[] = [];
  const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
  const find = () =>
    new Promise<OpeningOrder | null>((resolve, reject) => {
      asked.push({
        answer: (order) => (resolve(order), settled()),
        fail: () => (reject(new Error('away')), settled()),
      });
    });
  const replaced: OpeningOrder[] = [];
  const openings = { find, replace: async (order: OpeningOrder) => void replaced.push(order) };
  const time = { now: at(0) };
  const clock = { now: () => time.now, ready: async () => true } as unknown as DatabaseClock;
  const service = new OpeningService(openings as unknown as OpeningRepository, clock);
  return { asked, replaced, service, time };
}

describe('what a replica knows of the opening', () => {
  it('is read before it opens anything, and waited for by nobody after that', async () => {
    const { asked, service } = anArena();
    const first = service.ready();
    expect(asked).toHaveLength(1);
    await asked[0]?.answer(PAUSE);
    await first;
    expect(service.pausedFor()).toBe(60);
    expect(service.ready()).toBeNull();
    expect(asked).toHaveLength(1);
  });

  it('has to be known: where the database does not answer, nothing is opened', async () => {
    const { asked, service } = anArena();
    const first = service.ready();
    const refused = expect(first).rejects.toThrow('away');
    await asked[0]?.fail();
    await refused;
    const second = service.ready();
    await asked[1]?.answer(null);
    await second;
    expect(service.pausedFor()).toBeNull();
  });

  it('stays as it was where the database does not answer', async () => {
    const { asked, service } = anArena();
    const first = service.tell();
    await asked[0]?.answer(PAUSE);
    await first;
    const second = service.tell();
    const refused = expect(second).rejects.toThrow('away');
    await asked[1]?.fail();
    await refused;
    expect(service.pausedFor()).toBe(60);
  });

  it('is what was ordered here at once, whatever an earlier question is answered', async () => {
    const { asked, replaced, service } = anArena();
    const early = service.tell();
    await service.set({ paused: true, reason: 'vendor' }, 'anna');
    expect(replaced).toEqual([{ ...PAUSE, reason: 'vendor', by: 'anna' }]);
    expect(service.pausedFor()).toBe(60);
    await asked[0]?.answer(null);
    await early;
    expect(service.pausedFor()).toBe(60);
    const late = service.tell();
    await asked[1]?.answer(null);
    await late;
    expect(service.pausedFor()).toBeNull();
  });

  it('is that of the later question, whichever is answered first', async () => {
    const { asked, service } = anArena();
    const [one, other] = [service.tell(), service.tell()];
    await asked[1]?.answer(PAUSE);
    await asked[0]?.answer(null);
    await Promise.all([one, other]);
    expect(service.pausedFor()).toBe(60);
  });

  it('is read again and again from the start until the end', async () => {
    const { asked, service } = anArena();
    service.onApplicationBootstrap();
    await new Promise<void>((resolve) => setTimeout(resolve, 20));
    expect(asked).toHaveLength(1);
    await asked[0]?.answer(PAUSE);
    expect(service.pausedFor()).toBe(60);
    await service.beforeApplicationShutdown();
  });

  it('ends by itself, though nothing is read meanwhile', async () => {
    const { asked, service, time } = anArena();
    const first = service.ready();
    await asked[0]?.answer({ ...PAUSE, until: at(90) });
    await first;
    expect(service.pausedFor()).toBe(90);
    time.now = at(90);
    expect(service.pausedFor()).toBeNull();
  });

  it('is read within two seconds after the last answer, and a failure is said once an outage', async () => {
    jest.useFakeTimers();
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    try {
      const { asked, service } = anArena();
      service.onApplicationBootstrap();
      await jest.advanceTimersByTimeAsync(1);
      const answers = ['fail', 'fail', 'fail', 'answer', 'fail'] as const;
      const said: number[] = [];
      for (const [index, answer] of answers.entries()) {
        expect(asked).toHaveLength(index + 1);
        void asked[index]?.[answer](null);
        await jest.advanceTimersByTimeAsync(2_000);
        said.push(warn.mock.calls.length);
      }
      expect(said).toEqual([1, 1, 1, 1, 2]);
      void asked.at(-1)?.answer(null);
      await service.beforeApplicationShutdown();
    } finally {
      jest.useRealTimers();
      warn.mockRestore();
    }
  });
});
