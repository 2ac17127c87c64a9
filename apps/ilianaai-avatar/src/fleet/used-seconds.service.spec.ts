import { describe, expect, it, jest } from '@jest/globals';
import type { DatabaseClock } from '../clock/database-clock.js';
import type { SessionStore } from '../sessions/store/session-store.service.js';
import type { VendorName } from '../vendors/vendor.js';
import { UsedSecondsService } from './used-seconds.service.js';

const day = (text: string) => new Date(`2026-11-${text}Z`);

interface Started {
  readonly vendor: VendorName;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** The seconds of some sessions, and which days of which vendor were read for them. */
function usedBy(sessions: readonly Started[], now: Date) {
  const time = { now };
  const read: string[] = [];
  async function* readStartedAt(vendor: VendorName, from: Date, to: Date) {
    read.push(`${vendor} ${from.toISOString().slice(8, 10)}`);
    for (const session of sessions) {
      const { startedAt } = session;
      if (session.vendor === vendor && startedAt >= from && startedAt < to) yield session;
    }
  }
  const clock = { now: () => time.now, ready: async () => true } as unknown as DatabaseClock;
  const used = new UsedSecondsService({ readStartedAt } as unknown as SessionStore, clock);
  return { used, read, time };
}

describe('what all sessions have used', () => {
  const over = (vendor: VendorName, from: string, seconds: number): Started => ({
    vendor,
    startedAt: day(from),
    endedAt: new Date(day(from).getTime() + seconds * 1000),
  });

  it('is added up of each vendor by itself, today and in the month', async () => {
    const sessions = [
      over('liveavatar', '01T10:00:00', 60),
      over('liveavatar', '02T10:00:00', 30),
      over('heygen', '02T11:00:00', 7),
    ];
    const { used } = usedBy(sessions, day('02T12:00:00'));
    expect(await used.read()).toEqual([
      { vendor: 'liveavatar', today: 30, month: 90 },
      { vendor: 'heygen', today: 7, month: 7 },
    ]);
  });

  it.each<[string, VendorName | null, string[]]>([
    ['today alone where all is over', null, ['liveavatar 02', 'heygen 02']],
    [
      'yesterday as well where something of the first vendor runs',
      'liveavatar',
      ['liveavatar 01', 'heygen 01', 'liveavatar 02', 'heygen 02'],
    ],
    [
      'yesterday as well where something of the last vendor runs',
      'heygen',
      ['liveavatar 01', 'heygen 01', 'liveavatar 02', 'heygen 02'],
    ],
  ])('is read anew: %s', async (_what, vendor, days) => {
    const runs = vendor && { vendor, startedAt: day('01T23:50:00'), endedAt: null };
    const { used, read } = usedBy(runs ? [runs] : [], day('02T12:00:00'));
    await used.read();
    expect(read).toHaveLength(4);
    read.length = 0;
    await used.read();
    expect(read).toEqual(days);
  });

  it('begins anew with a month', async () => {
    const monotonic = jest.spyOn(performance, 'now').mockReturnValue(0);
    const { used, read, time } = usedBy([over('heygen', '30T10:00:00', 60)], day('30T12:00:00'));
    expect(await used.read()).toContainEqual({ vendor: 'heygen', today: 60, month: 60 });
    time.now = new Date('2026-12-01T00:00:10Z');
    read.length = 0;
    expect(await used.read()).toContainEqual({ vendor: 'heygen', today: 0, month: 0 });
    expect(read).toEqual(['liveavatar 01', 'heygen 01']);
    monotonic.mockRestore();
  });
});
