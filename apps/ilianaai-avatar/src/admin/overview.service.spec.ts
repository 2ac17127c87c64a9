import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { OverviewDayDto, OverviewVendorDto } from '#contracts';
import type { PetyaCircuit } from '../accounts/petya-circuit.js';
import type { Fleet } from '../fleet/fleet.js';
import type { FleetService } from '../fleet/fleet.service.js';
import type { OpeningService } from '../opening/opening.service.js';
import { toOpening } from '../opening/pause.js';
import type { ReconciliationsService } from '../reconcile/reconciliations.service.js';
import { OverviewService } from './overview.service.js';
import type { VendorsOverviewService } from './vendors-overview.service.js';

const AT = new Date('2026-11-30T06:00:00.000Z');
const DAY: OverviewDayDto = { day: '2026-11-29', madeAt: AT.toISOString(), differing: 2 };
const OPENING = toOpening({ paused: true, reason: null, until: null, by: 'anna', setAt: AT }, AT);
const VENDOR: OverviewVendorDto = {
  name: 'liveavatar',
  creditsLeft: 42,
  creditsReadAt: null,
  reachable: true,
};
const FLEET: Fleet = {
  readAt: AT,
  counts: [{ vendor: 'liveavatar', state: 'active', sessions: 3 }],
  lagSeconds: { end: 0, life: 1.5, outbox: 7 },
  oldestWaitingSeconds: 12.9,
  used: [{ vendor: 'liveavatar', today: 60, month: 600 }],
};

/** Who looks, and where Petya's board is. */
const ANNA = { you: 'anna', boardUrl: 'https://petya.example/board' };
const NOBODY = { you: null, boardUrl: null };

beforeEach(() => void jest.useFakeTimers({ now: AT }));
afterEach(() => void jest.useRealTimers());

function someOverview() {
  const petya = { isOpen: false };
  const yesterday = jest.fn(async (): Promise<OverviewDayDto | null> => DAY);
  const tell = jest.fn();
  const overview = new OverviewService(
    { look: async () => FLEET } as unknown as FleetService,
    { look: async () => [VENDOR] } as unknown as VendorsOverviewService,
    petya as unknown as PetyaCircuit,
    { glance: async () => OPENING, tell } as unknown as OpeningService,
    { yesterday } as unknown as ReconciliationsService,
  );
  return { overview, petya, yesterday, tell };
}

describe('the overview', () => {
  it('has everything in its place', async () => {
    const { overview } = someOverview();
    expect(await overview.look(ANNA)).toEqual({
      readAt: AT.toISOString(),
      you: 'anna',
      sessions: expect.objectContaining({ active: 3, live: 3, parked: 0 }),
      lagSeconds: { end: 0, life: 1, outbox: 7 },
      petya: { reachable: true, oldestWaitingSeconds: 12, boardUrl: ANNA.boardUrl },
      usedSeconds: { today: 60, month: 600 },
      opening: OPENING,
      vendors: [VENDOR],
      reconciliation: { yesterday: DAY },
    });
  });

  it('says who looks, and whether Petya is spared calls, at each look', async () => {
    const { overview, petya } = someOverview();
    await overview.look(ANNA);
    petya.isOpen = true;
    const { you, petya: shown } = await overview.look(NOBODY);
    expect([you, shown.reachable]).toEqual([null, false]);
  });

  it('asks the database nothing more for the hundredth who looks', async () => {
    const { overview, yesterday, tell } = someOverview();
    for (let each = 0; each < 100; each += 1) await overview.look(NOBODY);
    expect([yesterday.mock.calls.length, tell.mock.calls.length]).toEqual([1, 0]);
    await jest.advanceTimersByTimeAsync(5_000);
    await overview.look(NOBODY);
    expect(yesterday).toHaveBeenCalledTimes(2);
  });
});
