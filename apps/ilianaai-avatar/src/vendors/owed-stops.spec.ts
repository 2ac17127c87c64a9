import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { until } from '../../../../test/support/until.js';
import { OwedStops } from './owed-stops.js';
import type { Vendor } from './vendor.js';

Logger.overrideLogger(false);

/** A vendor that fails so many times and then stops what it is told to. */
function aVendor(failures: number) {
  let calls = 0;
  const stopped: string[] = [];
  const vendor = {
    name: 'heygen',
    stop: (id: string) => {
      calls += 1;
      if (calls <= failures) return Promise.reject(new Error('away'));
      stopped.push(id);
      return Promise.resolve();
    },
  } as unknown as Vendor;
  return { vendor, stopped, calls: () => calls };
}

describe('a stop that no record tells of', () => {
  it.each([0, 1, 2])('is tried until it is done, after %d failures', async (failures) => {
    const { vendor, stopped } = aVendor(failures);
    await new OwedStops().stop(vendor, 'session-1');
    expect(stopped).toEqual(['session-1']);
  });

  it('is under way once, however often it is owed', async () => {
    const { vendor, stopped } = aVendor(1);
    const owed = new OwedStops();
    await Promise.all([owed.stop(vendor, 'session-1'), owed.stop(vendor, 'session-1')]);
    expect(stopped).toEqual(['session-1']);
  });

  it('is told of with all that the session is called', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    try {
      await new OwedStops().stop(aVendor(1).vendor, 'session-1', { traceId: 'trace-1' });
      expect(warn.mock.calls).toMatchObject([
        [{ owedStopFailed: 'heygen', sessionId: 'session-1', traceId: 'trace-1' }],
      ]);
    } finally {
      warn.mockRestore();
    }
  });

  it('has its last attempt when the process goes, and does not hold it up after that', async () => {
    const { vendor, calls } = aVendor(Infinity);
    const owed = new OwedStops();
    void owed.stop(vendor, 'session-1');
    await until('three attempts', async () => calls() === 3);
    await owed.beforeApplicationShutdown();
    expect(calls()).toBe(4);
  });
});
