import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Gate, Telemetry } from '#platform';
import { anAvatarConfig } from '../../../../test/support/avatar-config.factory.js';
import { ScriptedServer } from '../../../../test/support/scripted-server.js';
import { HeyGenClient } from '../heygen/vendor/heygen.client.js';
import { LiveAvatarClient } from './liveavatar/liveavatar.client.js';
import { OwedStops } from './owed-stops.js';

const server = new ScriptedServer();
const gate = new Gate({ least: 1, usual: 1, most: 1 });
let baseUrl = '';
let client: LiveAvatarClient | HeyGenClient | undefined;

beforeAll(async () => {
  baseUrl = await server.start();
});
afterAll(() => server.stop());
afterEach(() => client?.onApplicationShutdown());

describe('a vendor whose reads fail', () => {
  it.each(['liveavatar', 'heygen'] as const)('is still told to stop: %s', async (name) => {
    const config = anAvatarConfig({
      LIVEAVATAR_BASE_URL: baseUrl,
      HEYGEN_ENABLED: 'true',
      HEYGEN_API_KEY: 'vendor-key-2',
      HEYGEN_BASE_URL: baseUrl,
      CIRCUIT_FAILURES: '1',
    });
    const vendor =
      name === 'heygen'
        ? new HeyGenClient(config, new OwedStops(), gate, new Telemetry())
        : new LiveAvatarClient(config, gate, new Telemetry());
    client = vendor;
    server.answers(500, {});
    await expect(vendor.listLive()).rejects.toThrow();
    await expect(vendor.listLive()).rejects.toMatchObject({ code: 'vendor_resting' });
    server.received.length = 0;
    await vendor.stop('4f0c3f4e-7e55-4d7c-9a0f-0d8f3f1c2b11').catch(() => undefined);
    expect(server.received.map(({ url }) => url)).toEqual([expect.stringMatching(/stop$/)]);
  });
});
