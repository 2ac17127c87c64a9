import { describe, expect, it } from '@jest/globals';
import type { Database } from '../mongo/database.js';
import { Gate } from '../admission/gate.js';
import { HealthService } from '../health/health.service.js';
import { Lifecycle } from './lifecycle.js';

function health(
  isReady: boolean,
  lifecycle = new Lifecycle(),
  petya: 'up' | 'down' = 'up',
  gate = new Gate({ least: 1, usual: 1, most: 1 }),
) {
  const database = { isReady: () => Promise.resolve(isReady) } as Database;
  const indicators = [{ name: 'petya', state: () => petya } as const];
  return new HealthService(database, lifecycle, gate, indicators).report();
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
    expect(await health(true)).toEqual({
      status: 'ok',
      checks: { database: 'up', room: 'up', petya: 'up' },
    });
    expect(await health(true, new Lifecycle(), 'down')).toEqual({
      status: 'ok',
      checks: { database: 'up', room: 'up', petya: 'down' },
    });
  });

  it('is ready and has no room while calls are refused', async () => {
    const gate = new Gate({ least: 0, usual: 0, most: 0 });
    expect(() => gate.wait('third', { cameAtMs: 0, dueAtMs: 0 })).toThrow('busy');
    expect(await health(true, new Lifecycle(), 'up', gate)).toEqual({
      status: 'ok',
      checks: { database: 'up', room: 'down', petya: 'up' },
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
