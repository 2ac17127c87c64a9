import { HttpService } from '@nestjs/axios';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { Telemetry } from '#platform';
import { anAvatarConfig } from '../../../../test/support/avatar-config.factory.js';
import { ScriptedServer } from '../../../../test/support/scripted-server.js';
import { anAccount } from '../../../../test/support/session.factory.js';
import { AvatarError } from '../errors.js';
import { PetyaCircuit } from './petya-circuit.js';
import { PetyaConfigClient } from './petya-config.client.js';
import { petyaHttpOptions } from './petya-http.js';

const KEY = 'SE_5799564546777614';
const server = new ScriptedServer();
let baseUrl = '';

beforeAll(async () => {
  baseUrl = await server.start();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.received.length = 0;
});

/** What an operator sets whose Petya is not ours. */
const OTHERS = { DEFAULT_ALLOWED_ORIGINS: 'https://shop.example.com' };

function aClient(more: Readonly<Record<string, string>> = {}) {
  const config = anAvatarConfig({ PETYA_BASE_URL: baseUrl, CIRCUIT_FAILURES: '100', ...more });
  const http = new HttpService(axios.create(petyaHttpOptions));
  return new PetyaConfigClient(http, config, new PetyaCircuit(config), new Telemetry());
}

async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof AvatarError)) throw error;
    expect(`${error.message} ${String(error.cause)}`).not.toMatch(/SE_|service-token/);
    return error.code;
  }
}

describe('the look-up of an account', () => {
  it("by a customer's key sends that key and nothing of ours", async () => {
    server.answers(200, anAccount());
    expect(await aClient().byKey(KEY)).toEqual({ found: anAccount() });
    expect(server.received[0]).toMatchObject({ method: 'GET', url: '/api/v1/avatar/config' });
    expect(server.received[0]?.headers).toMatchObject({ 'x-api-key': KEY });
    expect(server.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('by its id sends our token, and the id encoded', async () => {
    server.answers(200, anAccount());
    expect(await aClient().byId('a/../b?c')).toEqual({ found: anAccount() });
    expect(server.received[0]?.url).toBe('/api/v1/avatar/accounts/a%2F..%2Fb%3Fc/config');
    expect(server.received[0]?.headers['authorization']).toBe('Bearer service-token-1');
  });

  it.each([
    [401, { refused: 'unknown' }, 'petya_unavailable'],
    [404, { refused: 'unknown' }, { refused: 'unknown' }],
    [403, { refused: 'suspended' }, { refused: 'suspended' }],
    [400, 'petya_unavailable', 'petya_unavailable'],
    [302, 'petya_unavailable', 'petya_unavailable'],
    [429, 'petya_unavailable', 'petya_unavailable'],
    [500, 'petya_unavailable', 'petya_unavailable'],
    [503, 'petya_unavailable', 'petya_unavailable'],
  ])('that is answered %i means %j by key and %j by id', async (status, byKey, byId) => {
    server.answers(status, {}, { Location: `${baseUrl}/elsewhere` });
    expect(await outcome(aClient().byKey(KEY))).toEqual(byKey);
    expect(await outcome(aClient().byId('acc-1'))).toEqual(byId);
    expect(server.received).toHaveLength(2);
  });

  it.each([
    [''],
    ['<html></html>'],
    ['null'],
    [[]],
    [{}],
    [{ ...anAccount(), accountId: 7 }],
    [{ ...anAccount(), limits: null }],
    [{ ...anAccount(), limits: { ...anAccount().limits, maxSessionSeconds: '60' } }],
    [{ ...anAccount(), allowedOrigins: 'https://shop.test' }],
  ])('that is answered with no account says nothing: %.60j', async (body) => {
    server.answers(200, body);
    expect(await outcome(aClient().byKey(KEY))).toBe('petya_unavailable');
  });

  it('that says more than we know is read for what we know', async () => {
    server.answers(200, { ...anAccount(), isNew: true });
    const result = await outcome(aClient().byKey(KEY));
    expect(result).toMatchObject({ found: { accountId: anAccount().accountId } });
    expect(JSON.stringify(result)).not.toContain('isNew');
  });

  it('is read up to 1 MiB and not a byte more', async () => {
    const usual = JSON.stringify({ ...anAccount(), more: '' }).length;
    const ofBytes = (bytes: number) => ({ ...anAccount(), more: 'x'.repeat(bytes - usual) });
    server.answers(200, ofBytes(1024 * 1024));
    expect(await outcome(aClient().byKey(KEY))).toMatchObject({ found: anAccount() });
    server.answers(200, ofBytes(1024 * 1024 + 1));
    expect(await outcome(aClient().byKey(KEY))).toBe('petya_unavailable');
  });

  it('says nothing when the connection breaks', async () => {
    server.script = (response) => response.destroy();
    expect(await outcome(aClient().byKey(KEY))).toBe('petya_unavailable');
  });
});

describe('the question whether Petya is back', () => {
  it('asks whether it is ready, without any credential', async () => {
    server.answers(200, { status: 'ok' });
    await expect(aClient().probe()).resolves.toBeUndefined();
    expect(server.received[0]?.url).toBe('/health/ready');
    expect(server.received[0]?.headers).not.toHaveProperty('authorization');
    expect(server.received[0]?.headers).not.toHaveProperty('x-api-key');
  });

  it.each([
    [404, undefined],
    [401, undefined],
    [302, undefined],
    [500, 'petya_unavailable'],
    [503, 'petya_unavailable'],
  ])('of a Petya that is not ours is answered by %i: %j', async (status, expected) => {
    server.answers(status, {});
    expect(await outcome(aClient(OTHERS).probe())).toBe(expected);
  });

  it.each([503, 404, 500, 302])('is answered no by %i', async (status) => {
    server.answers(status, {});
    expect(await outcome(aClient().probe())).toBe('petya_unavailable');
  });
});

describe('an answer that names no account', () => {
  it('makes sense only where the operator has named the pages', async () => {
    server.answers(200, { avatarId: 'a' });
    expect(await outcome(aClient().byKey(KEY))).toBe('petya_unavailable');
    expect(await outcome(aClient(OTHERS).byKey(KEY))).toMatchObject({
      found: { accountId: expect.stringMatching(/^key_/), avatarId: 'a', keyKind: 'customer' },
    });
  });

  it.each([[{ avatarId: null }], [{ avatarId: 7 }], [{}], [{ data: { avatarId: 'a' } }], ['<p>']])(
    'is one account’s trouble and nobody else’s: %j',
    async (answer) => {
      const client = aClient({ ...OTHERS, CIRCUIT_FAILURES: '2' });
      server.answers(200, answer);
      for (let time = 0; time < 5; time += 1) {
        expect(await outcome(client.byKey(KEY))).toBe('petya_unavailable');
      }
      server.answers(200, { avatarId: 'a' });
      expect(await outcome(client.byKey(KEY))).toMatchObject({ found: { avatarId: 'a' } });
    },
  );

  it('is asked for by its key alone, and its id is known once the key was good', async () => {
    const client = aClient(OTHERS);
    expect(await client.knownForeignId(KEY)).toBeNull();
    server.answers(200, { avatarId: 'a' });
    const { found } = (await client.byKey(KEY)) as { found: { accountId: string } };
    expect(await client.knownForeignId(KEY)).toBe(found.accountId);
    server.received.length = 0;
    expect(await outcome(client.byId(found.accountId))).toBe('petya_unavailable');
    expect(server.received).toEqual([]);
  });

  it('may not take the id of such an account for its own', async () => {
    server.answers(200, { ...anAccount(), accountId: `key_${'x'.repeat(22)}` });
    expect(await outcome(aClient().byKey(KEY))).toBe('petya_unavailable');
  });
});
