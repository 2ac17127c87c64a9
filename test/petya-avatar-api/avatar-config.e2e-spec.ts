import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PETYA_SERVICE_TOKEN, type RunningPetya, startPetya } from '../support/petya-app.js';
import { expectProblem } from '../support/expect-problem.js';
import { makeTenant } from './tenant.js';
import { NO_CAPS } from './no-caps.js';

/** What ilianaai-avatar sends beside a customer's key. */
const beside = { 'x-service-token': PETYA_SERVICE_TOKEN };

describe('GET /avatar/config', () => {
  let petya: RunningPetya;

  beforeAll(async () => {
    petya = await startPetya();
  });
  afterAll(() => petya.stop());

  it('gives the defaults to an account that sets nothing', async () => {
    const { key, accountId } = await makeTenant(petya);
    const headers = { 'x-api-key': key, ...beside };
    const answer = await petya.call('GET', '/avatar/config', { headers });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      avatarId: 'Katya_Chair_Sitting_public',
      intro: 'Hello and welcome. How can I help you today?',
      knowledgeBaseId: null,
      voiceId: null,
      accountId,
      language: 'en',
      allowedOrigins: [],
      limits: {
        ...NO_CAPS,
        maxConcurrentSessions: 5,
        maxSessionSeconds: 1200,
        maxTranscriptTurns: 5000,
      },
      sameVisitor: 'replace',
      visitorProof: 'optional',
      avatarEnabled: true,
      keyKind: 'customer',
    });
  });

  it('gives origins, limits and policies only where the service token stands beside the key', async () => {
    const { key, accountId } = await makeTenant(petya, {
      allowedOrigins: ['https://shop.example.com'],
      visitorProof: 'required',
      avatar: { enabled: false },
    });
    const open = {
      accountId,
      avatarId: 'Katya_Chair_Sitting_public',
      intro: 'Hello and welcome. How can I help you today?',
      knowledgeBaseId: null,
      voiceId: null,
      language: 'en',
      avatarEnabled: false,
    };
    const others: Record<string, string>[] = [
      {},
      { 'x-service-token': 'service-token-of-another-run' },
    ];
    for (const headers of others) {
      const answer = await petya.call('GET', '/avatar/config', {
        headers: { 'x-api-key': key, ...headers },
      });
      expect(answer.body).toEqual(open);
    }
    const full = await petya.call('GET', '/avatar/config', {
      headers: { 'x-api-key': key, ...beside },
    });
    expect(full.body).toMatchObject({ ...open, visitorProof: 'required', keyKind: 'customer' });
  });

  it('says when the key is a secret one', async () => {
    const tenant = await makeTenant(petya);
    const headers = { 'x-api-key': await tenant.secretKey(), ...beside };
    const { body } = await petya.call('GET', '/avatar/config', { headers });
    expect(body).toMatchObject({ accountId: tenant.accountId, keyKind: 'secret' });
  });

  it("gives an account's own settings, by header in any letter case or as Bearer", async () => {
    const { key } = await makeTenant(petya, {
      language: 'de',
      avatar: { avatarId: 'a-1', intro: 'Guten Tag!', knowledgeBaseId: 'kb-1', voiceId: 'v-1' },
      allowedOrigins: ['https://shop.example.com', 'https://*.example.org'],
      limits: { maxConcurrentSessions: 2 },
      sameVisitor: 'replace',
    });
    const expected = {
      avatarId: 'a-1',
      intro: 'Guten Tag!',
      knowledgeBaseId: 'kb-1',
      voiceId: 'v-1',
      language: 'de',
      allowedOrigins: ['https://shop.example.com', 'https://*.example.org'],
      limits: {
        ...NO_CAPS,
        maxConcurrentSessions: 2,
        maxSessionSeconds: 1200,
        maxTranscriptTurns: 5000,
      },
      sameVisitor: 'replace',
    };
    const waysToSend: Record<string, string>[] = [
      { 'X-API-KEY': key },
      { authorization: `Bearer ${key}` },
      { 'x-api-key': key, authorization: `bearer ${key}` },
    ];
    for (const headers of waysToSend) {
      const answer = await petya.call('GET', '/avatar/config', {
        headers: { ...headers, ...beside },
      });
      expect(answer.body).toMatchObject(expected);
    }
  });

  it('answers 401 to a key nobody has', async () => {
    const answer = await petya.call('GET', '/avatar/config', {
      headers: { 'x-api-key': 'SE_0000000000000000' },
    });
    expectProblem(answer, 401, 'key_invalid');
  });

  it('answers 403 to the key of a suspended account', async () => {
    const { key } = await makeTenant(petya, { suspended: true });
    const answer = await petya.call('GET', '/avatar/config', { headers: { 'x-api-key': key } });
    expectProblem(answer, 403, 'account_suspended');
  });

  it('takes the defaults from the environment', async () => {
    const other = await startPetya({
      environment: { DEFAULT_AVATAR_ID: 'Anna_public', DEFAULT_INTRO: 'Hi.' },
    });
    const tenant = await makeTenant(other);
    const { body } = await tenant.call('GET', '/avatar/config');
    expect(body).toMatchObject({ avatarId: 'Anna_public', intro: 'Hi.' });
    await other.stop();
  });
});

describe('GET /avatar/accounts/:accountId/config', () => {
  let petya: RunningPetya;
  const headers = { authorization: `Bearer ${PETYA_SERVICE_TOKEN}` };

  beforeAll(async () => {
    petya = await startPetya();
  });
  afterAll(() => petya.stop());

  it('gives the service what the key of the account gives', async () => {
    const tenant = await makeTenant(petya, { language: 'fr' });
    const byKey = await tenant.call('GET', '/avatar/config', undefined, beside);
    const byId = await petya.call('GET', `/avatar/accounts/${tenant.accountId}/config`, {
      headers,
    });
    expect(byId.status).toBe(200);
    expect({ ...byId.body, keyKind: 'customer' }).toEqual(byKey.body);
  });

  it('answers 404 for an unknown account and 403 for a suspended one', async () => {
    const { accountId } = await makeTenant(petya, { suspended: true });
    const path = (id: string) => `/avatar/accounts/${id}/config`;
    expectProblem(await petya.call('GET', path('nobody'), { headers }), 404, 'not_found');
    expectProblem(await petya.call('GET', path(accountId), { headers }), 403, 'account_suspended');
  });
});
