import { AVATAR_OPTIONS } from '#contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountListDto, ApiKeyListDto, CreatedApiKeyDto } from '#contracts';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { freshDatabase } from '../support/mongo.js';
import { expectProblem, pointers } from '../support/expect-problem.js';
import { deliver, makeTenant, turn } from './tenant.js';
import { NO_CAPS } from './no-caps.js';

let petya: RunningPetya;

beforeAll(async () => {
  petya = await startPetya();
});
afterAll(() => petya.stop());

const NO_OPTIONS = Object.fromEntries(AVATAR_OPTIONS.map((name) => [name, null]));

describe('accounts', () => {
  it('are made with defaults, changed member by member, and give values back to the default', async () => {
    const { body: made } = await petya.admin('POST', '/accounts', { name: 'Shop' });
    expect(made).toEqual({
      accountId: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: 'Shop',
      language: 'en',
      avatar: {
        enabled: true,
        avatarId: null,
        intro: null,
        knowledgeBaseId: null,
        voiceId: null,
        ...NO_OPTIONS,
      },
      allowedOrigins: [],
      limits: {
        ...NO_CAPS,
        maxConcurrentSessions: 5,
        maxSessionSeconds: 1200,
        maxTranscriptTurns: 5000,
      },
      sameVisitor: 'replace',
      visitorProof: 'optional',
      retentionDays: null,
      suspended: false,
      createdAt: expect.any(String),
      warnings: ['no_context'],
    });
    const path = `/accounts/${String(made['accountId'])}`;
    const changed = await petya.admin('PATCH', path, {
      avatar: { voiceId: 'v', enabled: false },
      limits: { maxSessionSeconds: 60 },
      visitorProof: 'required',
      retentionDays: 30,
    });
    expect(changed.body).toMatchObject({
      name: 'Shop',
      avatar: { enabled: false, voiceId: 'v', intro: null },
      limits: { maxConcurrentSessions: 5, maxSessionSeconds: 60 },
      visitorProof: 'required',
      retentionDays: 30,
    });
    const back = await petya.admin('PATCH', path, {
      avatar: { voiceId: null },
      limits: { maxSessionSeconds: null },
      visitorProof: 'optional',
      retentionDays: null,
    });
    expect(back.body).toEqual({
      ...made,
      avatar: { ...(made['avatar'] as object), enabled: false },
    });
    expect((await petya.admin('GET', path)).body).toEqual(back.body);
  });

  it('take an empty change for no change', async () => {
    const { accountId } = await makeTenant(petya, { language: 'it' });
    const answer = await petya.admin('PATCH', `/accounts/${accountId}`, {});
    expect(answer.body).toMatchObject({ language: 'it' });
  });

  it('are listed page by page, each once', async () => {
    const database = freshDatabase();
    const own = await startPetya({ database });
    const made = [];
    for (let index = 0; index < 5; index += 1) made.push((await makeTenant(own)).accountId);
    const seen: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const { body } = await own.admin<AccountListDto>('GET', `/accounts${query}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items.map(({ accountId }) => accountId));
      if (body.nextCursor === null) break;
      query = `?limit=2&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual(made);
    await own.stop();
    await database.drop();
  });

  it.each([
    'shop.example.com',
    'https://shop.example.com/path',
    'https://*.com',
    'http://*.example.com',
    'https://exa*mple.com',
    'ftp://example.com',
    '*',
    'null',
    '',
  ])('refuse %j as an allowed origin, by its place in the list', async (origin) => {
    const allowedOrigins = ['https://good.example.com', origin];
    const answer = await petya.admin('POST', '/accounts', { name: 'Shop', allowedOrigins });
    expectProblem(answer, 422, 'invalid_input');
    expect(pointers(answer)).toEqual(['/allowedOrigins/1']);
  });

  it('that are suspended stop every call with their keys, and go on when that is over', async () => {
    const tenant = await makeTenant(petya);
    const path = `/accounts/${tenant.accountId}`;
    await petya.admin('PATCH', path, { suspended: true });
    expectProblem(await tenant.call('GET', '/account/config'), 403, 'account_suspended');
    await petya.admin('PATCH', path, { suspended: false });
    expect((await tenant.call('GET', '/account/config')).status).toBe(200);
  });

  it('nobody has are 404 on every route', async () => {
    const id = '0123456789abcdef01234567';
    for (const [method, path, body] of [
      ['GET', `/accounts/${id}`],
      ['PATCH', `/accounts/${id}`, { name: 'x' }],
      ['DELETE', `/accounts/${id}`],
      ['GET', `/accounts/${id}/keys`],
      ['POST', `/accounts/${id}/keys`, {}],
      ['DELETE', `/accounts/${id}/keys/${id}`],
      ['DELETE', `/accounts/${id}/visitors/${id}`],
    ] as const) {
      expectProblem(await petya.admin(method, path, body), 404, 'not_found');
    }
  });
});

describe('keys', () => {
  it('are shown once and kept as digests', async () => {
    const { accountId } = await makeTenant(petya);
    const made = await petya.admin<CreatedApiKeyDto>('POST', `/accounts/${accountId}/keys`, {});
    expect(made.status).toBe(201);
    expect(made.body.key).toMatch(/^SE_[A-Za-z0-9]{32}$/);
    const { key, ...shown } = made.body;
    expect(shown).toMatchObject({ prefix: key.slice(0, 4), lastFour: key.slice(-4) });
    const list = await petya.admin<ApiKeyListDto>('GET', `/accounts/${accountId}/keys`);
    expect(list.body.items).toContainEqual(shown);
    expect(list.text).not.toContain(key);
    const everything = await petya.connection.collection('apikeys').find().toArray();
    expect(JSON.stringify(everything)).not.toContain(key);
    expect(everything.at(-1)?.['digest']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of a server are made, listed by their kind, kept sealed, and never imported', async () => {
    const { accountId } = await makeTenant(petya);
    const path = `/accounts/${accountId}/keys`;
    const made = await petya.admin<CreatedApiKeyDto>('POST', path, { kind: 'secret' });
    expect([made.status, made.body.kind]).toEqual([201, 'secret']);
    expect(made.body.key).toMatch(/^SK_[A-Za-z0-9]{32}$/);
    const { body } = await petya.admin<ApiKeyListDto>('GET', path);
    expect(body.items.map(({ kind }) => kind)).toEqual(['customer', 'secret']);
    const everything = await petya.connection.collection('apikeys').find({ accountId }).toArray();
    expect(everything.map((record) => typeof record['sealed'])).toEqual(['undefined', 'string']);
    expect(JSON.stringify(everything)).not.toContain(made.body.key);
    for (const key of ['SK_5799564546777614', 'SE_5799564546777615']) {
      const answer = await petya.admin('POST', path, { kind: 'secret', key });
      expectProblem(answer, 422, 'invalid_input');
      expect(pointers(answer)).toEqual(['/key']);
    }
    expectProblem(
      await petya.admin('POST', path, { key: 'SK_5799564546777614' }),
      422,
      'invalid_input',
    );
  });

  it('that are known to anybody cannot be imported again', async () => {
    const [one, other] = [await makeTenant(petya), await makeTenant(petya)];
    const path = `/accounts/${other.accountId}/keys`;
    expectProblem(await petya.admin('POST', path, { key: one.key }), 409, 'key_taken');
  });

  it.each([
    'short',
    'SE_short',
    'se_5799564546777614',
    'SE_5799 564546777614',
    `SE_${'x'.repeat(126)}`,
  ])('like %j are refused', async (key) => {
    const { accountId } = await makeTenant(petya);
    const answer = await petya.admin('POST', `/accounts/${accountId}/keys`, { key });
    expectProblem(answer, 422, 'invalid_input');
    expect(pointers(answer)).toEqual(['/key']);
    expect(answer.text).not.toContain(key);
  });

  it('are listed page by page', async () => {
    const { accountId, keyId } = await makeTenant(petya);
    const path = `/accounts/${accountId}/keys`;
    const second = await petya.admin<CreatedApiKeyDto>('POST', path, {});
    const first = await petya.admin<ApiKeyListDto>('GET', `${path}?limit=1`);
    const next = await petya.admin<ApiKeyListDto>(
      'GET',
      `${path}?limit=1&cursor=${first.body.nextCursor}`,
    );
    expect(first.body.items.map((each) => each.keyId)).toEqual([keyId]);
    expect(next.body.items.map((each) => each.keyId)).toEqual([second.body.keyId]);
    expect(next.body.nextCursor).toBeNull();
  });

  it('that are revoked stop at once on every replica, and stay revoked at the first time', async () => {
    const database = freshDatabase();
    const replicas = [await startPetya({ database }), await startPetya({ database })] as const;
    const tenant = await makeTenant(replicas[0]);
    const headers = { 'x-api-key': tenant.key };
    for (const replica of replicas) {
      expect((await replica.call('GET', '/avatar/config', { headers })).status).toBe(200);
    }
    const path = `/accounts/${tenant.accountId}/keys/${tenant.keyId}`;
    const revoked = await replicas[0].admin('DELETE', path);
    expect(revoked.body).toMatchObject({ keyId: tenant.keyId, revokedAt: expect.any(String) });
    for (const replica of replicas) {
      const answer = await replica.call('GET', '/avatar/config', { headers });
      expectProblem(answer, 401, 'key_invalid');
    }
    const again = await replicas[1].admin('DELETE', path);
    expect([again.status, again.body]).toEqual([200, revoked.body]);
    for (const replica of replicas) await replica.stop();
    await database.drop();
  });

  it("of another account cannot be revoked through one's own", async () => {
    const [one, other] = [await makeTenant(petya), await makeTenant(petya)];
    const answer = await petya.admin('DELETE', `/accounts/${one.accountId}/keys/${other.keyId}`);
    expectProblem(answer, 404, 'not_found');
    expect((await other.call('GET', '/avatar/config')).status).toBe(200);
  });
});

describe('removing an account', () => {
  it('is refused while a session is live, and done when it ended', async () => {
    const tenant = await makeTenant(petya);
    const id = await tenant.openConversation();
    const body = { sessionId: 'live', status: 'active', transcript: [] };
    await deliver(petya, id, body);
    const path = `/accounts/${tenant.accountId}`;
    expectProblem(await petya.admin('DELETE', path), 409, 'sessions_live');
    expect((await tenant.call('GET', '/account/config')).status).toBe(200);
    await deliver(petya, id, { ...body, status: 'completed', version: 2 });
    expect((await petya.admin('DELETE', path)).status).toBe(204);
    expectProblem(await tenant.call('GET', '/account/config'), 401, 'key_invalid');
  });

  it('takes everything of the account away when forced, and nothing of anybody else', async () => {
    const [doomed, other] = [await makeTenant(petya), await makeTenant(petya)];
    for (const tenant of [doomed, other]) {
      const visitorId = await tenant.makeVisitor({ name: 'Ada' });
      const id = await tenant.openConversation({ visitorId });
      await tenant.post(id, 'hello');
      const transcript = [turn('user', 'said', 1_760_000_000)];
      await deliver(petya, id, { sessionId: 'live', status: 'active', transcript });
    }
    const answer = await petya.admin('DELETE', `/accounts/${doomed.accountId}?force=true`);
    expect(answer.status).toBe(204);
    for (const name of ['conversations', 'messages', 'visitors', 'apikeys']) {
      const records = petya.connection.collection(name);
      expect([name, await records.countDocuments({ accountId: doomed.accountId })]).toEqual([
        name,
        0,
      ]);
      expect([name, await records.countDocuments({ accountId: other.accountId })]).toEqual([
        name,
        1,
      ]);
    }
    expectProblem(await petya.admin('GET', `/accounts/${doomed.accountId}`), 404, 'not_found');
    expectProblem(await petya.admin('DELETE', `/accounts/${doomed.accountId}`), 404, 'not_found');
  });
});

describe('without an ADMIN_TOKEN', () => {
  it('the admin routes do not exist', async () => {
    const database = freshDatabase();
    const closed = await startPetya({ database, environment: { ADMIN_TOKEN: '' } });
    for (const [method, path] of [
      ['GET', '/accounts'],
      ['POST', '/accounts'],
      ['DELETE', '/accounts/x'],
    ] as const) {
      const answer = await closed.admin(method, path);
      expectProblem(answer, 404, 'not_found');
    }
    await closed.stop();
    await database.drop();
  });
});
