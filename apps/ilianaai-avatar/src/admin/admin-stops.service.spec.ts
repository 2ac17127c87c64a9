import { describe, expect, it, jest } from '@jest/globals';
import type { StopManyDto } from '#contracts';
import { AvatarError } from '../errors.js';
import type { SessionStore } from '../sessions/store/session-store.service.js';
import type { StopService } from '../sessions/stop.service.js';
import { AdminStopsService } from './admin-stops.service.js';

/** Three sessions of everybody's, of which one cannot be recorded; one of them is the shop's. */
function someStops() {
  const everybodys = ['one', 'two', 'three'];
  const listLiveKeys = jest.fn(async (accountId: string | null) =>
    accountId === null ? everybodys : everybodys.slice(0, 1),
  );
  const stopEach = jest.fn(async (live: readonly string[], _wish: object) =>
    Math.min(live.length, 2),
  );
  const service = new AdminStopsService(
    { listLiveKeys } as unknown as SessionStore,
    { stopEach } as unknown as StopService,
  );
  return { service, stopEach };
}

const refusalOf = (order: StopManyDto) =>
  someStops()
    .service.stop(order, null)
    .then(
      () => null,
      (error: unknown) => (error instanceof AvatarError ? error.code : error),
    );

describe('an order to end many', () => {
  it.each<[string, StopManyDto, string | null]>([
    ['everybody’s', { all: true, expected: 3 }, null],
    ['of an account', { accountId: 'shop', expected: 1 }, null],
    ['fewer than are live', { all: true, expected: 2 }, 'count_differs'],
    ['more than are live', { all: true, expected: 4 }, 'count_differs'],
    [
      'as many as everybody has, of an account',
      { accountId: 'shop', expected: 3 },
      'count_differs',
    ],
    ['nobody says whose', { expected: 3 }, 'invalid_input'],
    ['of both', { all: true, accountId: 'shop', expected: 3 }, 'invalid_input'],
  ])('%s is refused, or not', async (_what, order, code) => {
    expect(await refusalOf(order)).toBe(code);
  });

  it('ends what was counted, by its operator, and says how many could not be recorded', async () => {
    const { service, stopEach } = someStops();
    const told = await service.stop({ all: true, expected: 3 }, 'anna');
    expect(told).toEqual({ stopped: 2, failed: 1 });
    const wish = { reason: 'operator', by: 'operator', byName: 'anna' };
    expect(stopEach.mock.calls).toEqual([[['one', 'two', 'three'], wish]]);
  });

  it('ends none where the number is another, and says which it is', async () => {
    const { service, stopEach } = someStops();
    const refusal = service.stop({ all: true, expected: 2 }, null);
    await expect(refusal).rejects.toMatchObject({ details: { params: { live: '3' } } });
    expect(stopEach).not.toHaveBeenCalled();
  });
});
