import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { DatabaseClock } from '../clock/database-clock.js';
import type { FleetUse } from './fleet.js';
import type { LeaseKind } from '../sessions/domain/session.js';
import type { CountedSessions, FleetRepository } from './fleet.repository.js';
import { FleetService } from './fleet.service.js';
import type { UsedSecondsService } from './used-seconds.service.js';

const FROM = new Date('2026-11-30T06:00:00Z');
const USED: FleetUse[] = [{ vendor: 'liveavatar', today: 60, month: 600 }];

beforeEach(() => {
  jest.useFakeTimers({ now: FROM });
  jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const before = (seconds: number) => new Date(FROM.getTime() - seconds * 1000);

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** A fleet of which each part is read as told. */
function someFleet(due: Partial<Record<LeaseKind, Date>> = {}) {
  const count = jest.fn(async (): Promise<CountedSessions[]> => [
    { vendor: 'liveavatar', state: 'active', sessions: 3, closedSince: null, endingSince: null },
  ]);
  const read = jest.fn(async () => USED);
  const earliestDue = async (lane: LeaseKind) => due[lane] ?? null;
  const records = { count, earliestDue } as unknown as FleetRepository;
  const clock = { now: () => new Date(), ready: async () => true } as unknown as DatabaseClock;
  const fleet = new FleetService(records, { read } as unknown as UsedSecondsService, clock);
  return { fleet, count, read };
}

const away = () => Promise.reject(new Error('no database'));
const never = () => new Promise<never>(() => undefined);

describe('the fleet', () => {
  it('asks the database every 5 s at most, and once a minute for what was used', async () => {
    const { fleet, count, read } = someFleet();
    for (let ms = 0; ms < 120_000; ms += 500) {
      await fleet.look();
      await pass(500);
    }
    expect([count.mock.calls.length, read.mock.calls.length]).toEqual([24, 2]);
  });

  it('is as it was last, with its time, while the database does not answer', async () => {
    const { fleet, count } = someFleet();
    await fleet.look();
    for (const silence of [away, never]) {
      count.mockImplementationOnce(silence);
      await pass(60_000);
      const looking = fleet.look();
      await pass(2_000);
      expect(await looking).toMatchObject({ readAt: FROM, counts: [{ sessions: 3 }], used: USED });
    }
  });

  it.each([
    ['takes long', never],
    ['fails', away],
  ])(
    'tells what was used last where adding that up anew %s, however long ago that was',
    async (_what, how) => {
      const { fleet, read } = someFleet();
      await fleet.look();
      read.mockImplementation(how);
      await pass(600_000);
      const looking = fleet.look();
      await pass(3_000);
      expect(await looking).toMatchObject({ used: USED });
    },
  );

  it('fails as the database does where it has never answered', async () => {
    const { fleet, count } = someFleet();
    count.mockImplementationOnce(away);
    await expect(fleet.look()).rejects.toThrow('no database');
    await pass(5_000);
    expect(await fleet.look()).toMatchObject({ counts: [{ sessions: 3 }] });
  });

  it.each([
    ['takes long at first', never],
    ['fails at first', away],
  ])('is told without what was used where adding that up %s', async (_what, how) => {
    const { fleet, read } = someFleet();
    read.mockImplementationOnce(how);
    const looking = fleet.look();
    await pass(2_500);
    expect(await looking).toMatchObject({ counts: [{ sessions: 3 }], used: [] });
  });

  it.each<[string, CountedSessions[], number]>([
    ['nothing where none is closed', [], 0],
    [
      'the oldest of all vendors',
      [closed('final', 20), { ...closed('final', 50), vendor: 'heygen' }, closed('final', 30)],
      50,
    ],
    [
      'none of those that are not closed yet, that wait for a person or of which it is not known',
      [closed('stopped', 70), closed('parked', 80), closed('final', 10), closed('final', null)],
      10,
    ],
    ['nothing by a clock that is behind', [closed('final', -5)], 0],
  ])('waits for Petya as long as %s', async (_what, counted, seconds) => {
    const { fleet, count } = someFleet();
    count.mockImplementation(async () => counted);
    expect(await fleet.look()).toMatchObject({ oldestWaitingSeconds: seconds });
  });

  it('is behind by the earliest that is due in each lane, and never ahead', async () => {
    const { fleet } = someFleet({ end: before(90), outbox: before(-5) });
    expect(await fleet.look()).toMatchObject({ lagSeconds: { end: 90, life: 0, outbox: 0 } });
  });

  it.each<[string, number | null, CountedSessions[], number]>([
    ['the oldest that the vendor does not end', null, [ending('stopping', 40)], 40],
    ['that one of all vendors', null, [ending('stopping', 40), ending('stopping', 70)], 70],
    ['what is due, where that is longer ago', 90, [ending('stopping', 40)], 90],
    ['no session that has ended', null, [ending('stopped', 500), ending('active', 500)], 0],
  ])('is behind in ending by %s', async (_what, due, counted, end) => {
    const { fleet, count } = someFleet(due === null ? {} : { end: before(due) });
    count.mockImplementation(async () => counted);
    expect((await fleet.look()).lagSeconds).toEqual({ end, life: 0, outbox: 0 });
  });
});

/** Some sessions of a state, the oldest closed so many seconds ago. */
function closed(state: CountedSessions['state'], seconds: number | null): CountedSessions {
  const closedSince = seconds === null ? null : before(seconds);
  return { vendor: 'liveavatar', state, sessions: 1, closedSince, endingSince: null };
}

/** Some sessions of a state, of which the oldest is to end since so many seconds ago. */
function ending(state: CountedSessions['state'], seconds: number): CountedSessions {
  return { ...closed(state, null), endingSince: before(seconds) };
}
