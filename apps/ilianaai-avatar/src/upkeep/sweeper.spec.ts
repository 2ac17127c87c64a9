import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { anAvatarConfig } from '../../../../test/support/avatar-config.factory.js';
import { aSession, at } from '../../../../test/support/session.factory.js';
import type { DatabaseClock } from '../clock/database-clock.js';
import type { SessionStore } from '../sessions/store/session-store.service.js';
import type { Vendor } from '../vendors/vendor.js';
import type { VendorRegistry } from '../vendors/vendor-registry.js';
import { Sweeper } from './sweeper.js';

Logger.overrideLogger(false);
afterEach(() => {
  jest.restoreAllMocks();
});

/** A vendor that lists some sessions as running and remembers which it was told to stop. */
function aVendor(live: string[], failing: readonly string[] = [], opensAtOnce = false) {
  const stopped: string[] = [];
  const vendor = {
    name: opensAtOnce ? 'heygen' : 'liveavatar',
    opensAtOnce,
    listLive: () => Promise.resolve(live),
    stop: (id: string) => {
      stopped.push(id);
      return failing.includes(id) ? Promise.reject(new Error('no')) : Promise.resolve();
    },
  } as unknown as Vendor;
  return { vendor, stopped };
}

/** Sweeps with records of these vendor sessions, of which some have ended for us. */
async function sweep(
  vendors: Vendor[],
  live: string[],
  ended: string[],
  isOurKeyAlone = false,
  run: (sweeper: Sweeper) => Promise<void> = sweepTwice,
  endedAt: Date | null = null,
) {
  const records = [
    ...live.map((vendorSessionId) => aSession({ vendorSessionId, state: 'active' })),
    ...ended.map((vendorSessionId) => aSession({ vendorSessionId, state: 'delivered', endedAt })),
  ];
  const sessions = {
    // The last one turned live only after this was asked.
    listLiveVendorIds: () => Promise.resolve(live.slice(0, -1)),
    listByVendorIds: (ids: readonly string[]) =>
      Promise.resolve(records.filter(({ vendorSessionId }) => ids.includes(vendorSessionId ?? ''))),
  };
  const sweeper = new Sweeper(
    sessions as unknown as SessionStore,
    { enabled: () => vendors } as VendorRegistry,
    anAvatarConfig({ RECONCILE_UNKNOWN_SESSIONS: String(isOurKeyAlone) }),
    { now: () => at(100) } as DatabaseClock,
  );
  await run(sweeper);
  sweeper.onApplicationShutdown();
}

/** Twice, as far apart as something has to be strange. */
async function sweepTwice(sweeper: Sweeper): Promise<void> {
  for (const second of [0, 30]) {
    jest.spyOn(performance, 'now').mockReturnValue(1_000_000 + second * 1000);
    await sweeper.sweep();
  }
}

describe('a sweep', () => {
  it('stops what has ended for us and still runs at the vendor', async () => {
    const { vendor, stopped } = aVendor(['runs', 'began', 'ended-1', 'ended-2']);
    await sweep([vendor], ['runs', 'began'], ['ended-1', 'ended-2', 'ended-long-ago']);
    expect(stopped).toEqual(['ended-1', 'ended-2']);
  });

  it('comes first thing, and again as soon as what it found has been strange for long enough', async () => {
    jest.useFakeTimers();
    const { vendor, stopped } = aVendor(['ended']);
    await sweep([vendor], [], ['ended'], false, async (sweeper) => {
      sweeper.onApplicationBootstrap();
      await jest.advanceTimersByTimeAsync(29_900);
      expect(stopped).toEqual([]);
      await jest.advanceTimersByTimeAsync(200);
      expect(stopped).toEqual(['ended']);
    });
    jest.useRealTimers();
  });

  it.each([
    ['before its interval', 0],
    ['while a second is asked for', 1],
    ['while it looks', 2],
  ])('leaves no timer behind in a process that goes %s', async (_when, others) => {
    jest.useFakeTimers();
    const { vendor } = aVendor(['ended']);
    await sweep([vendor], [], ['ended'], false, async (sweeper) => {
      sweeper.onApplicationBootstrap();
      const more = Array.from({ length: others }, () => sweeper.sweep());
      if (others < 2) await jest.advanceTimersByTimeAsync(100);
      sweeper.onApplicationShutdown();
      await Promise.all(more);
      await jest.advanceTimersByTimeAsync(0);
      expect(jest.getTimerCount()).toBe(0);
    });
    jest.useRealTimers();
  });

  it.each([
    [29, []],
    [30, ['ended']],
  ])(
    'goes by the record in a replica that has just begun: %i seconds after the end',
    async (seconds, wanted) => {
      const { vendor, stopped } = aVendor(['ended']);
      const once = (sweeper: Sweeper) => sweeper.sweep();
      await sweep([vendor], [], ['ended'], false, once, at(100 - seconds));
      expect(stopped).toEqual(wanted);
    },
  );

  it('never touches a session that is not ours, because the key may be shared', async () => {
    const { vendor, stopped } = aVendor(['runs', 'foreign']);
    await sweep([vendor], ['runs'], []);
    expect(stopped).toEqual([]);
  });

  it('stops what is in no record where the operator says that the key is ours alone', async () => {
    const { vendor, stopped } = aVendor(['runs', 'foreign', 'ended']);
    await sweep([vendor], ['runs'], ['ended'], true);
    expect(stopped.sort()).toEqual(['ended', 'foreign']);
  });

  it.each<[string, string, boolean, boolean]>([
    ['has ended for us', 'ended', false, false],
    ['has ended for us at the vendor that opens at once', 'ended', true, false],
    ['is in no record', 'unknown', false, true],
    ['is in no record and may be opening', 'unknown', true, true],
  ])(
    'leaves alone what %s until it has been strange for 30 s: a read may be late, a record to come',
    async (_what, id, opensAtOnce, isOurKeyAlone) => {
      for (const [seconds, expected] of [
        [[0], []],
        [[0, 29], []],
        [[0, 30], [id]],
        [[0, 15, 31], [id]],
      ] as const) {
        const { vendor, stopped } = aVendor([id], [], opensAtOnce);
        await sweep([vendor], [], ['ended'], isOurKeyAlone, async (sweeper) => {
          for (const second of seconds) {
            jest.spyOn(performance, 'now').mockReturnValue(1_000_000 + second * 1000);
            await sweeper.sweep();
          }
        });
        expect(stopped).toEqual(expected);
      }
    },
  );

  it.each([[['y']], [[]]])(
    'does not hold an age against what was not there in between, but %j',
    async (between) => {
      const running: string[] = [];
      const { vendor, stopped } = aVendor(running, [], true);
      await sweep([vendor], ['a', 'b'], [], true, async (sweeper) => {
        for (const [second, ids] of [
          [0, ['x']],
          [20, between],
          [40, ['x', ...between]],
        ] as const) {
          jest.spyOn(performance, 'now').mockReturnValue(second * 1000);
          running.splice(0, Infinity, ...ids);
          await sweeper.sweep();
        }
      });
      expect(stopped).toEqual([]);
    },
  );

  it('goes on with the next session when one cannot be stopped', async () => {
    const { vendor, stopped } = aVendor(['ended-1', 'ended-2'], ['ended-1']);
    await sweep([vendor], [], ['ended-1', 'ended-2']);
    expect(stopped).toEqual(['ended-1', 'ended-2']);
  });

  it('goes on with the next vendor when one cannot be asked', async () => {
    const away = { ...aVendor([]).vendor, listLive: () => Promise.reject(new Error('away')) };
    const { vendor, stopped } = aVendor(['ended']);
    await sweep([away, vendor], [], ['ended']);
    expect(stopped).toEqual(['ended']);
  });
});
