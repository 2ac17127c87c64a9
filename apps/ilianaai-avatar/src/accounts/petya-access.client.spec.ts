import { HttpService } from '@nestjs/axios';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { Telemetry } from '#platform';
import { anAvatarConfig } from '../../../../test/support/avatar-config.factory.js';
import { ScriptedServer } from '../../../../test/support/scripted-server.js';
import { PetyaAccessClient } from './petya-access.client.js';
import { PetyaCircuit } from './petya-circuit.js';
import { petyaHttpOptions } from './petya-http.js';

const server = new ScriptedServer();
const QUESTION = { accountId: 'acc-1', visitorId: 'ada', visitorToken: 'visitor-token-of-ada' };
let baseUrl = '';

beforeAll(async () => {
  baseUrl = await server.start();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.received.length = 0;
});

function aClient(variables: Record<string, string> = {}) {
  const config = anAvatarConfig({ PETYA_BASE_URL: baseUrl, CIRCUIT_FAILURES: '100', ...variables });
  const http = new HttpService(axios.create(petyaHttpOptions));
  return new PetyaAccessClient(http, config, new PetyaCircuit(config), new Telemetry());
}

describe('the question whom a session is for', () => {
  it('is asked with our own token, and answered with the verdict alone', async () => {
    const verdict = { verdict: 'admitted', visitorId: 'ada', conversation: 'own' };
    server.answers(200, { ...verdict, more: 'than we know' });
    expect(await aClient().ask(QUESTION)).toEqual({ kind: 'verdict', verdict });
    expect(server.received[0]).toMatchObject({ method: 'POST', url: '/api/v1/avatar/access' });
    expect(server.received[0]?.headers['authorization']).toBe('Bearer service-token-1');
    expect(JSON.parse(String(server.received[0]?.body))).toEqual(QUESTION);
  });

  it('that no route answers is known to be so', async () => {
    server.answers(404, {});
    expect(await aClient().ask(QUESTION)).toEqual({ kind: 'no-route' });
  });

  it.each([
    [200, { verdict: 'perhaps', visitorId: null, conversation: 'own' }],
    [200, { verdict: 'admitted', visitorId: 7, conversation: 'own' }],
    [200, { verdict: 'admitted', visitorId: null, conversation: 'somehow' }],
    [200, []],
    [200, ''],
    [201, { verdict: 'admitted', visitorId: 'ada', conversation: 'own' }],
    [302, {}],
    [401, {}],
    [422, {}],
    [429, {}],
    [500, {}],
    [503, {}],
  ])('that is answered %i with %j has no answer', async (status, body) => {
    server.answers(status, body, { Location: `${baseUrl}/elsewhere` });
    const reply = await aClient().ask(QUESTION);
    expect(reply).toMatchObject({ kind: 'unreachable', cause: { code: 'petya_unavailable' } });
    expect(server.received).toHaveLength(1);
  });

  it('whose connection breaks has none, and says nothing of what was asked', async () => {
    server.script = (response) => response.destroy();
    const reply = await aClient().ask(QUESTION);
    expect(reply).toMatchObject({ kind: 'unreachable' });
    const { cause } = reply as { cause: Error };
    expect(`${cause.message} ${String(cause.cause)}`).not.toMatch(/visitor-token|service-token/);
  });

  it('is not asked while the circuit is open', async () => {
    server.script = (response) => response.destroy();
    const client = aClient({ CIRCUIT_FAILURES: '1', CIRCUIT_OPEN_SECONDS: '60' });
    await client.ask(QUESTION);
    expect(await client.ask(QUESTION)).toMatchObject({ kind: 'unreachable' });
    expect(server.received).toHaveLength(1);
  });
});
