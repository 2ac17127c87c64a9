import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UsageDto } from '#contracts';
import { zoneAtNoon } from '../support/noon.js';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { until } from '../support/until.js';
import { openStream, startStreamingWorld, type StreamingWorld } from './streaming-world.js';

let world: StreamingWorld;

beforeAll(async () => {
  world = await startStreamingWorld({ ADMIN_TOKEN: PETYA_ADMIN_TOKEN });
});
afterAll(() => world.stop());

describe('a session that is open at its vendor before it is started', () => {
  it.each([false, true])('costs from its opening on, started: %j', async (isStarted) => {
    const shop = await world.customer({
      limits: { maxConcurrentSessions: 100, timeZone: zoneAtNoon(), maxSecondsPerDay: 125 },
    });
    const stream = await openStream(world, shop);
    world.streaming.advance(100);
    await world.vendor.advance(100);
    // It may be charged for all the while, also by those who ask for another one.
    await expect(openStream(world, shop)).rejects.toThrow('429');
    if (isStarted) expect((await stream.call('start')).status).toBe(200);
    await stream.call('stop');
    await until('it has ended', () => Promise.resolve(stream.vendor().endedAtMs !== null));
    const { createdAtMs, endedAtMs } = stream.vendor();
    const billed = (Number(endedAtMs) - createdAtMs) / 1000;
    const total = await until('it is counted', async () => {
      const { body } = await world.streaming.call<UsageDto>(
        'GET',
        `/api/v1/admin/usage?accountId=${shop.accountId}`,
        { headers: { authorization: `Bearer ${PETYA_ADMIN_TOKEN}` } },
      );
      return body.total.sessions === 1 && body.total;
    });
    expect(Math.abs(total.seconds - billed)).toBeLessThanOrEqual(3);
    // A bill that never comes would keep the sums from being remembered.
    const records = world.streaming.connection.collection('sessions');
    await until('its bill is known', () =>
      records.findOne({ vendorSessionId: stream.sessionId, 'billed.source': 'own' }),
    );
  });
});
