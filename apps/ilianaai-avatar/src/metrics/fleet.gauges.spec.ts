import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { DatabaseClock } from '../clock/database-clock.js';
import type { Fleet } from '../fleet/fleet.js';
import { FleetService } from '../fleet/fleet.service.js';
import type { UsedSecondsService } from '../fleet/used-seconds.service.js';
import { FleetGauges, fleetReadings } from './fleet.gauges.js';

type Records = ConstructorParameters<typeof FleetService>[0];

const AT = new Date('2026-11-30T06:00:00Z');

const FLEET: Fleet = {
  readAt: AT,
  counts: [
    { vendor: 'liveavatar', state: 'active', sessions: 3 },
    { vendor: 'liveavatar', state: 'parked', sessions: 1 },
    { vendor: 'heygen', state: 'parked', sessions: 1 },
  ],
  lagSeconds: { end: 0, life: 1.5, outbox: 7 },
  oldestWaitingSeconds: 12,
  used: [{ vendor: 'liveavatar', today: 60, month: 600 }],
};

describe('the fleet as metrics', () => {
  const valuesOf = (name: string, fleet: Fleet = FLEET) =>
    fleetReadings(fleet)
      .filter((reading) => reading.name === name)
      .map(({ labels, value }) => [...Object.values(labels ?? {}), value]);

  it('has every vendor and state, also where there is none', () => {
    const sessions = valuesOf('avatar_sessions');
    expect(sessions).toHaveLength(16);
    expect(sessions.filter((row) => row[2] !== 0)).toEqual([
      ['liveavatar', 'active', 3],
      ['liveavatar', 'parked', 1],
      ['heygen', 'parked', 1],
    ]);
    expect(valuesOf('avatar_deliveries_parked')).toEqual([[2]]);
  });

  it('has the lanes, the outbox, and what was used where that is known', () => {
    expect(valuesOf('avatar_due_lag_seconds')).toEqual([
      ['end', 0],
      ['life', 1.5],
      ['outbox', 7],
    ]);
    expect(valuesOf('avatar_outbox_oldest_seconds')).toEqual([[12]]);
    expect(valuesOf('avatar_billed_seconds_month')).toEqual([['liveavatar', 600]]);
    expect(valuesOf('avatar_billed_seconds_month', { ...FLEET, used: [] })).toEqual([]);
  });
});

describe('a scrape', () => {
  beforeEach(() => void jest.useFakeTimers({ now: AT }));
  afterEach(() => void jest.useRealTimers());

  function gauges(...looks: (() => Promise<Fleet>)[]): FleetGauges {
    const look = () => (looks.shift() ?? (() => Promise.resolve(FLEET)))();
    const clock = { now: () => new Date() } as DatabaseClock;
    return new FleetGauges({ look } as FleetService, clock);
  }
  const away = () => Promise.reject(new Error('no database'));
  const never = () => new Promise<never>(() => undefined);

  it('tells how old its numbers are', async () => {
    const scraped = gauges();
    await jest.advanceTimersByTimeAsync(7_000);
    const readings = await scraped.read();
    expect(readings[0]).toEqual({ name: 'avatar_fleet_read_age_seconds', value: 7 });
    expect(readings).toHaveLength(23);
  });

  it.each([
    ['fails', away],
    ['does not answer', never],
  ])('waits no longer than 3 s where the database %s, and tells its age alone', async (_, look) => {
    const scraped = gauges(look, look);
    const first = scraped.read();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(await first).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(60_000);
    const second = scraped.read();
    await jest.advanceTimersByTimeAsync(3_000);
    const [age, ...others] = await second;
    expect(age?.name).toBe('avatar_fleet_read_age_seconds');
    expect(age?.value).toBeGreaterThanOrEqual(60);
    expect(others).toEqual([]);
  });

  it('has what is counted while the month is still being added up', async () => {
    const records = {
      count: async () => FLEET.counts.map((each) => ({ ...each, closedSince: null })),
      earliestDue: async () => null,
    } as unknown as Records;
    const clock = { now: () => new Date(), ready: async () => true } as unknown as DatabaseClock;
    const used = { read: never } as unknown as UsedSecondsService;
    const scraped = new FleetGauges(new FleetService(records, used, clock), clock);
    for (const _each of ['the first scrape', 'the second']) {
      const reading = scraped.read();
      await jest.advanceTimersByTimeAsync(3_000);
      const active = { vendor: 'liveavatar', state: 'active' };
      expect(await reading).toContainEqual({ name: 'avatar_sessions', labels: active, value: 3 });
    }
  });
});
