import { describe, expect, it } from '@jest/globals';
import type { Database } from '../mongo/database.js';
import { HealthService } from '../health/health.service.js';
import { Lifecycle } from './lifecycle.js';

function health(isReady: boolean, lifecycle = new Lifecycle(), petya: 'up' | 'down' = 'up') {
  const database = { isReady: () => Promise.resolve(isReady) } as Database;
  return new HealthService(database, lifecycle, [{ name: 'petya', state: () => petya }]).report();
}

describe('the life of a process', () => {
  it('drains from the moment it is told to, for good', () => {
    const lifecycle = new Lifecycle();
    let told = 0;
    lifecycle.drainSignal.addEventListener('abort', () => (told += 1));
    expect(lifecycle.isDraining).toBe(false);
    lifecycle.beginDrain();
    lifecycle.beginDrain();
    expect([lifecycle.isDraining, told]).toEqual([true, 1]);
  });
});

describe('the health of a process', () => {
  it('is ready while its database answers, whatever else is away', async () => {
    expect(await health(true)).toEqual({ status: 'ok', checks: { database: 'up', petya: 'up' } });
    expect(await health(true, new Lifecycle(), 'down')).toEqual({
      status: 'ok',
      checks: { database: 'up', petya: 'down' },
    });
  });

  it('is unavailable without its database', async () => {
    expect(await health(false)).toMatchObject({
      status: 'unavailable',
      checks: { database: 'down' },
    });
  });

  it('says that it drains, also without its database', async () => {
    const lifecycle = new Lifecycle();
    lifecycle.beginDrain();
    expect((await health(true, lifecycle)).status).toBe('draining');
    expect((await health(false, lifecycle)).status).toBe('draining');
  });
});
