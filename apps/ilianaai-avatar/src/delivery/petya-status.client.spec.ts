import { HttpService } from '@nestjs/axios';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Telemetry } from '#platform';
import type { StatusUpdateDto } from '#contracts';
import axios from 'axios';
import { anAvatarConfig } from '../../../../test/support/avatar-config.factory.js';
import { ScriptedServer } from '../../../../test/support/scripted-server.js';
import { PetyaCircuit } from '../accounts/petya-circuit.js';
import { petyaHttpOptions } from '../accounts/petya-http.js';
import { PetyaStatusClient } from './petya-status.client.js';

const server = new ScriptedServer();
let baseUrl = '';

beforeAll(async () => {
  baseUrl = await server.start();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.received.length = 0;
});

const update: StatusUpdateDto = {
  sessionId: 'vendor-1',
  accountId: 'acc-1',
  version: 2,
  status: 'completed',
  transcript: [{ role: 'user', transcript: 'my secret words', timestamp: 1_760_000_010 }],
};
const confirmation = {
  conversationId: 'c-1',
  sessionId: 'vendor-1',
  version: 2,
  status: 'completed',
};

function aClient(failures = 100) {
  const config = anAvatarConfig({ PETYA_BASE_URL: baseUrl, CIRCUIT_FAILURES: String(failures) });
  const http = new HttpService(axios.create(petyaHttpOptions));
  return new PetyaStatusClient(http, config, new PetyaCircuit(config), new Telemetry());
}

const send = () => aClient().send('conv:1', update);

describe('a delivery', () => {
  it('is sent to its conversation with our token and a key that names its version', async () => {
    server.answers(200, confirmation);
    await aClient().send('conv:1/../x', update);
    const [received] = server.received;
    expect(received?.method).toBe('POST');
    expect(received?.url).toBe('/api/v1/avatar/conversations/conv%3A1%2F..%2Fx/status');
    expect(received?.headers).toMatchObject({
      authorization: 'Bearer service-token-1',
      'content-type': 'application/json',
      'idempotency-key': 'vendor-1:2',
    });
    expect(JSON.parse(received?.body ?? '')).toEqual(update);
  });

  it.each([
    ['this version', confirmation, true],
    ['a newer version', { ...confirmation, version: 3 }, true],
    ['a repeat', { ...confirmation, duplicate: true }, true],
    ['an older version', { ...confirmation, version: 1 }, false],
    ['another session', { ...confirmation, sessionId: 'vendor-2' }, false],
    ['no version', { ...confirmation, version: undefined }, false],
    ['a version in words', { ...confirmation, version: '2' }, false],
    ['nothing', null, false],
    ['a list', [confirmation], false],
    ['a page', '<html>200 OK</html>', false],
    ['no body', '', false],
  ])('is confirmed by %s: %j is %p', async (_what, body, isBodyWellFormed) => {
    server.answers(200, body);
    expect(await send()).toEqual({
      outcome: { kind: 'answered', status: 200, isBodyWellFormed },
      summary: 'status 200',
      retryAfterSeconds: undefined,
      wasMade: true,
    });
  });

  it.each([400, 401, 403, 404, 409, 413, 422])('is refused with %i', async (status) => {
    server.answers(status, { message: 'no' });
    expect((await send()).outcome).toEqual({ kind: 'answered', status, isBodyWellFormed: false });
  });

  it('is put off as long as Petya asks', async () => {
    server.answers(429, {}, { 'Retry-After': '7' });
    expect(await send()).toMatchObject({
      outcome: { kind: 'answered', status: 429 },
      retryAfterSeconds: 7,
    });
    server.answers(503, {}, { 'Retry-After': '30' });
    expect(await send()).toMatchObject({
      outcome: { kind: 'unanswered' },
      summary: 'status 503',
      retryAfterSeconds: 30,
      wasMade: true,
    });
  });

  it('is unanswered where the connection breaks or Petya fails', async () => {
    server.answers(500, {});
    expect(await send()).toMatchObject({ outcome: { kind: 'unanswered' }, summary: 'status 500' });
    server.script = (response) => response.destroy();
    const { outcome, summary, wasMade } = await send();
    expect([outcome.kind, wasMade]).toEqual(['unanswered', true]);
    expect(summary).toMatch(/^E[A-Z_]+$/);
  });

  it('follows no redirect: our token would go to another host', async () => {
    server.answers(307, {}, { Location: `${baseUrl}/elsewhere` });
    expect((await send()).outcome).toMatchObject({ kind: 'answered', status: 307 });
    expect(server.received).toHaveLength(1);
  });

  it('never tells of the words or the token, whatever happens', async () => {
    for (const status of [200, 400, 500]) {
      server.answers(status, update);
      expect(JSON.stringify(await send())).not.toMatch(/secret words|service-token/);
    }
    server.script = (response) => response.destroy();
    expect(JSON.stringify(await send())).not.toMatch(/secret words|service-token/);
  });

  it.each<Record<string, string>>([{}, { 'Retry-After': '1' }])(
    'is not made while the circuit is open, which Petya without its database opens: %j',
    async (headers) => {
      server.answers(503, {}, headers);
      const client = aClient(1);
      await client.send('conv-1', update);
      expect(await client.send('conv-1', update)).toEqual({
        outcome: { kind: 'unanswered' },
        summary: 'circuit open',
        retryAfterSeconds: undefined,
        wasMade: false,
      });
      expect(server.received).toHaveLength(1);
    },
  );

  it('that is refused or put off leaves the circuit closed: Petya is there', async () => {
    const client = aClient(1);
    for (const status of [400, 401, 404, 422, 429]) {
      server.answers(status, {});
      expect((await client.send('conv-1', update)).wasMade).toBe(true);
    }
  });
});
