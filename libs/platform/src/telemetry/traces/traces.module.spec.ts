import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { ScriptedServer } from '../../../../../test/support/scripted-server.js';
import type { Operation } from '../operation.js';
import { Telemetry } from '../telemetry.js';
import { TelemetryModule } from '../telemetry.module.js';
import { TracesModule } from './traces.module.js';

const STEP: Operation = { kind: 'step', name: 'deliver', traceId: null };

const collector = new ScriptedServer();
let endpoint = '';

beforeAll(async () => {
  endpoint = await collector.start();
});
afterAll(() => collector.stop());

async function tracedApp() {
  const telemetry = new Telemetry();
  const settings = { endpoint, headers: {}, serviceName: 'an-app', ratio: 1 };
  const imports = [TelemetryModule.forRoot(telemetry), TracesModule.forRoot(settings)];
  const app = await Test.createTestingModule({ imports }).compile();
  return { telemetry, close: () => app.close() };
}

describe('an app that is traced', () => {
  it('sends its last spans as it ends', async () => {
    const { telemetry, close } = await tracedApp();
    await telemetry.run(STEP, async () => {});
    await close();
    expect(collector.received.map(({ url }) => url)).toEqual(['/v1/traces']);
    expect(collector.received[0]?.body).toContain('deliver');
  });

  it('follows nothing any more when it has ended', async () => {
    const { telemetry, close } = await tracedApp();
    let goOn = () => {};
    const ended = new Promise<void>((resolve) => (goOn = resolve));
    const headers = telemetry.run(STEP, async () => {
      const before = telemetry.outgoing();
      await ended;
      return [before, telemetry.outgoing()];
    });
    await close();
    goOn();
    expect(await headers).toEqual([{ traceparent: expect.any(String) }, {}]);
  });
});
