import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { AppError } from '../errors/app-error.js';
import { delay } from '../time/delay.js';
import type { Fact, Operation } from './operation.js';
import { outcomeOfStatus } from './outcome-of-status.js';
import { type Observer, Telemetry } from './telemetry.js';

const CALL: Operation = { kind: 'call', peer: 'petya', name: 'config' };
const FACT: Fact = { kind: 'session-ended', vendor: 'liveavatar', reason: 'visitor_ended' };

/** Hears everything, and puts itself around what runs. */
class Ear implements Observer {
  readonly heard: unknown[] = [];
  readonly context = new AsyncLocalStorage<string>();

  begin(operation: Operation) {
    this.heard.push(operation);
    return {
      within: <T>(work: () => T) => this.context.run('inside', work),
      end: (end: object) => void this.heard.push(end),
    };
  }

  note(fact: Fact): void {
    this.heard.push(fact);
  }
}

function heardBy(...ears: Observer[]): Telemetry {
  const telemetry = new Telemetry();
  for (const ear of ears) telemetry.observe(ear);
  return telemetry;
}

describe('what the code says of its work', () => {
  it('is nothing to anybody at first', async () => {
    const telemetry = new Telemetry();
    expect(telemetry.begin(CALL)).toBeNull();
    const work = Promise.resolve(1);
    expect(telemetry.run(CALL, () => work)).toBe(work);
    telemetry.note(FACT);
  });

  it('is heard from its beginning to its end by all who observe', async () => {
    const ears = [new Ear(), new Ear()];
    const telemetry = heardBy(...ears);
    const { context } = ears[1] ?? new Ear();
    const seen = await telemetry.run(CALL, async () => {
      await delay(1);
      return [ears[0]?.context.getStore(), context.getStore()];
    });
    telemetry.note(FACT);
    expect(seen).toEqual(['inside', 'inside']);
    for (const ear of ears) expect(ear.heard).toEqual([CALL, { outcome: 'ok' }, FACT]);
  });

  it.each([
    ['ok', undefined, undefined],
    ['refused', ({ status }: { status: number }) => outcomeOfStatus(status), undefined],
    ['unavailable', undefined, new AppError('unavailable')],
    ['failed', undefined, new Error('SE_5799564546777614')],
  ])('ends as %s', async (outcome, of, fault) => {
    const ear = new Ear();
    const work = () => (fault ? Promise.reject(fault) : Promise.resolve({ status: 404 }));
    const run = heardBy(ear).run(CALL, work, of ? { of } : {});
    await (fault ? expect(run).rejects.toBe(fault) : run);
    expect(ear.heard).toEqual([CALL, { outcome }]);
  });

  it('ends as failed where it throws before it is a promise', async () => {
    const ear = new Ear();
    const fault = new Error('at once');
    const run = heardBy(ear).run(CALL, () => {
      throw fault;
    });
    await expect(run).rejects.toBe(fault);
    expect(ear.heard).toEqual([CALL, { outcome: 'failed' }]);
  });

  it('goes on where an observer fails, which is said once', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const fail = () => {
      throw new Error('out of order');
    };
    const ear = new Ear();
    const deaf = { begin: fail, note: fail };
    const late = { begin: () => ({ within: <T>(work: () => T) => work(), end: fail }) };
    const telemetry = heardBy(deaf, late, ear);
    expect(await telemetry.run(CALL, () => Promise.resolve(1))).toBe(1);
    telemetry.note(FACT);
    expect(ear.heard).toEqual([CALL, { outcome: 'ok' }, FACT]);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });
});

describe('the outcome of a call that was answered', () => {
  it.each([
    [200, 'ok'],
    [204, 'ok'],
    [302, 'refused'],
    [404, 'refused'],
    [429, 'slow_down'],
    [500, 'failed'],
    [503, 'failed'],
  ])('with %i is %s', (status, outcome) => {
    expect(outcomeOfStatus(status)).toBe(outcome);
  });
});
