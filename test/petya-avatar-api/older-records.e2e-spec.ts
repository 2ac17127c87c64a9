import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConversationListDto, ConversationPageDto } from '#contracts';
import { Types } from 'mongoose';
import { randomBytes } from 'node:crypto';
import { freshDatabase, type TestDatabase } from '../support/mongo.js';
import { PETYA_SERVICE_TOKEN, type RunningPetya, startPetya } from '../support/petya-app.js';
import { expectProblem } from '../support/expect-problem.js';
import { deliver, makeTenant, type Tenant, turn } from './tenant.js';

let database: TestDatabase;
let petya: RunningPetya;
let olderAccount: Types.ObjectId;
let key: string;
let secretKey: string;

const asPlugin = (method: string, path: string, json?: unknown) =>
  petya.call(method, path, { headers: { authorization: `Bearer ${key}` }, json });

const asServer = (path: string) =>
  petya.call('GET', path, { headers: { authorization: `Bearer ${secretKey}` } });

/** A conversation as it was stored before there were accounts and several sessions. */
async function storeOlder(extra: object = {}): Promise<string> {
  const _id = new Types.ObjectId();
  await petya.connection.collection<{ _id: Types.ObjectId }>('conversations').insertOne({
    _id,
    sessionId: 'old-session',
    status: 'completed',
    transcript: [
      { role: 'avatar', transcript: 'Hello!', timestamp: 1_700_000_000 },
      { role: 'user', transcript: 'Are you open?', timestamp: 1_700_000_005_500 },
      { role: 'avatar', transcript: 'Until six.', absolute_timestamp: 1_700_000_009.25 },
    ],
    ...extra,
  } as object & { _id: Types.ObjectId });
  return String(_id);
}

beforeAll(async () => {
  database = freshDatabase();
  olderAccount = new Types.ObjectId();
  petya = await startPetya({
    database,
    environment: { OLDER_RECORDS_ACCOUNT_ID: String(olderAccount) },
  });
  await petya.connection.collection<{ _id: Types.ObjectId }>('accounts').insertOne({
    _id: olderAccount,
    avatarId: 'Old_Avatar',
    intro: 'Welcome back.',
    knowledgeBaseId: 'kb-old',
    voiceId: 'voice-old',
  } as object & { _id: Types.ObjectId });
  const made = await petya.admin('POST', `/accounts/${String(olderAccount)}/keys`, {
    key: 'SE_5799564546777614',
  });
  key = String(made.body['key']);
  const path = `/accounts/${String(olderAccount)}/keys`;
  const secret = await petya.admin('POST', path, { kind: 'secret' });
  secretKey = String(secret.body['key']);
});
afterAll(async () => {
  await petya.stop();
  await database.drop();
});

describe('conversations from before in the operator’s list', () => {
  it('stand behind the others of their account, whose they are by the configuration', async () => {
    const older = await storeOlder();
    const newer = await asPlugin('POST', '/conversations/userConversation/init', {});
    const { body } = await petya.admin<ConversationListDto>(
      'GET',
      `/accounts/${String(olderAccount)}/conversations?limit=100`,
    );
    const ids = body.items.map(({ conversationId }) => conversationId);
    expect(ids).toContain(older);
    expect(ids.indexOf(older)).toBeGreaterThan(ids.indexOf(String(newer.body['conversationId'])));
    const other = await makeTenant(petya);
    const others = await petya.admin('GET', `/accounts/${other.accountId}/conversations`);
    expect(others.body).toEqual({ items: [], nextCursor: null });
  });
});

describe('an account that holds avatarId, intro, knowledgeBaseId and voiceId and nothing else', () => {
  it('is served with defaults for the rest', async () => {
    const { body } = await asPlugin('GET', '/avatar/config');
    expect(body).toEqual({
      accountId: String(olderAccount),
      avatarId: 'Old_Avatar',
      intro: 'Welcome back.',
      knowledgeBaseId: 'kb-old',
      voiceId: 'voice-old',
      language: 'en',
      avatarEnabled: true,
    });
    expect((await asPlugin('GET', '/account/config')).body).toMatchObject({ name: '' });
    const read = await petya.admin('GET', `/accounts/${String(olderAccount)}`);
    expect(read.body).toMatchObject({
      avatar: { enabled: true, avatarId: 'Old_Avatar' },
      createdAt: olderAccount.getTimestamp().toISOString(),
    });
  });

  it('may have a plain text as its id', async () => {
    const accounts = petya.connection.collection<{ _id: string }>('accounts');
    await accounts.insertOne({ _id: 'acc_plain', avatarId: '', voiceId: 'v' } as { _id: string });
    const answer = await petya.call('GET', '/avatar/accounts/acc_plain/config', {
      headers: { authorization: `Bearer ${PETYA_SERVICE_TOKEN}` },
    });
    expect(answer.body).toMatchObject({
      accountId: 'acc_plain',
      avatarId: 'Katya_Chair_Sitting_public',
      voiceId: 'v',
    });
    const { body } = await petya.admin('GET', '/accounts?limit=1');
    const next = await petya.admin(
      'GET',
      `/accounts?limit=10&cursor=${String(body['nextCursor'])}`,
    );
    const ids = [body, next.body].flatMap(({ items }) =>
      (items as { accountId: string }[]).map(({ accountId }) => accountId),
    );
    expect(ids).toEqual(expect.arrayContaining(['acc_plain', String(olderAccount)]));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a conversation that holds sessionId, transcript and status and nothing else', () => {
  it('is read by the account that the configuration names', async () => {
    const id = await storeOlder();
    const { status, body } = await asServer(`/conversations/userConversation/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      conversationId: id,
      status: 'completed',
      sessions: [],
      messages: [],
      transcript: [
        { sessionId: 'old-session', transcript: 'Hello!', timestamp: '2023-11-14T22:13:20.000Z' },
        { role: 'user', transcript: 'Are you open?', timestamp: '2023-11-14T22:13:25.500Z' },
        { role: 'avatar', transcript: 'Until six.', timestamp: '2023-11-14T22:13:29.250Z' },
      ],
      nextCursor: null,
    });
  });

  it('is read in pages', async () => {
    const id = await storeOlder();
    const path = `/conversations/userConversation/${id}?limit=2`;
    const first = await asServer(path);
    const second = await asServer(`${path}&cursor=${String(first.body['nextCursor'])}`);
    expect([first, second].map(({ body }) => (body['transcript'] as unknown[]).length)).toEqual([
      2, 1,
    ]);
    expect(second.body['nextCursor']).toBeNull();
  });

  it('belongs to nobody else', async () => {
    const id = await storeOlder();
    const stranger: Tenant = await makeTenant(petya);
    const answer = await stranger.call('GET', `/conversations/userConversation/${id}`);
    expectProblem(answer, 404, 'not_found');
  });

  it('takes messages and a change of status', async () => {
    const id = await storeOlder();
    const posted = await asPlugin('POST', '/messages/userMessages/init', {
      conversationId: id,
      isFromUser: true,
      content: 'still there?',
    });
    expect(posted.status).toBe(201);
    const path = `/conversations/userConversation/${id}`;
    expect((await asPlugin('PATCH', `${path}/status`, { status: 'active' })).status).toBe(200);
    const { body } = await asServer(path);
    expect(body).toMatchObject({ status: 'active', messages: [{ content: 'still there?' }] });
    expect(body['transcript']).toHaveLength(3);
  });

  it('keeps its turns beside those of a session that is delivered now', async () => {
    const id = await storeOlder();
    await deliver(petya, id, {
      sessionId: 'new-session',
      status: 'completed',
      transcript: [turn('user', 'a later visit', 1_760_000_000)],
    });
    const { body } = await asServer(`/conversations/userConversation/${id}`);
    expect(
      (body['transcript'] as { transcript: string; sessionId: string }[]).map((each) => [
        each.sessionId,
        each.transcript,
      ]),
    ).toEqual([
      ['old-session', 'Hello!'],
      ['old-session', 'Are you open?'],
      ['old-session', 'Until six.'],
      ['new-session', 'a later visit'],
    ]);
  });

  it('has the turns of its own session replaced by a delivery of that session', async () => {
    const id = await storeOlder();
    const delivery = {
      sessionId: 'old-session',
      status: 'completed',
      transcript: [turn('user', 'told again', 1_700_000_000)],
    };
    const answers = await Promise.all([deliver(petya, id, delivery), deliver(petya, id, delivery)]);
    expect(answers.map((answer) => answer.body.duplicate).toSorted()).toEqual([false, true]);
    const { body } = await asServer(`/conversations/userConversation/${id}`);
    expect(body['transcript']).toMatchObject([{ transcript: 'told again' }]);
  });

  it.each([
    ['no transcript at all', { transcript: undefined }],
    ['an empty transcript', { transcript: [] }],
    ['no status', { status: undefined }],
    ['turns without a time', { transcript: [{ role: 'user', transcript: 'when?' }] }],
    ['damaged turns', { transcript: [null, 'text', { role: 'bot' }] }],
  ])('is served with %s', async (_name, extra) => {
    const id = await storeOlder(extra);
    const before = await asServer(`/conversations/userConversation/${id}`);
    expect(before.status).toBe(200);
    const delivered = await deliver(petya, id, {
      sessionId: 'new-session',
      status: 'completed',
      transcript: [turn('user', 'new', 1_760_000_000)],
    });
    expect(delivered.status).toBe(200);
    const after = await asServer(`/conversations/userConversation/${id}`);
    const count = (before.body['transcript'] as unknown[]).length;
    expect(after.body['transcript']).toHaveLength(count + 1);
  });

  it('may have a plain text as its id', async () => {
    const conversations = petya.connection.collection<{ _id: string }>('conversations');
    await conversations.insertOne({
      _id: 'conv-plain',
      sessionId: 's',
      transcript: [],
      status: 'active',
    } as { _id: string });
    const answer = await asServer('/conversations/userConversation/conv-plain');
    expect(answer.body).toMatchObject({ conversationId: 'conv-plain', status: 'active' });
    const delivered = await deliver(petya, 'conv-plain', {
      sessionId: 's',
      status: 'completed',
      transcript: [],
    });
    expect(delivered.body).toMatchObject({ conversationId: 'conv-plain', status: 'completed' });
  });
});

describe('a visitor that was stored with an ObjectId', () => {
  it('is seen again, opens conversations, and gets no token for its id', async () => {
    const _id = new Types.ObjectId();
    const at = new Date();
    await petya.connection.collection<{ _id: Types.ObjectId }>('visitors').insertOne({
      _id,
      accountId: String(olderAccount),
      createdAt: at,
      lastSeenAt: at,
    } as object & { _id: Types.ObjectId });
    const visitorId = String(_id);
    const seen = await asPlugin('POST', '/visitors/init', { visitorId });
    expect([seen.status, seen.body]).toEqual([200, { visitorId }]);
    const path = '/conversations/userConversation/init';
    const opened = await asPlugin('POST', path, { visitorId });
    expect(opened.status).toBe(201);
    const read = `/conversations/userConversation/${String(opened.body['conversationId'])}`;
    expect((await asServer(read)).body).toMatchObject({ visitorId });
  });
});

describe('an id of before, which can be guessed', () => {
  it('renames no visitor', async () => {
    const _id = new Types.ObjectId();
    const at = new Date();
    const visitors = petya.connection.collection<{ _id: Types.ObjectId }>('visitors');
    const accountId = String(olderAccount);
    const ada = { _id, accountId, name: 'Ada', createdAt: at, lastSeenAt: at };
    await visitors.insertOne(ada);
    const body = { visitorId: String(_id), name: 'Eve', email: 'eve@example.com' };
    expect((await asPlugin('POST', '/visitors/init', body)).status).toBe(200);
    expect(await visitors.findOne({ _id })).toMatchObject({ name: 'Ada' });
    expect(await visitors.findOne({ _id })).not.toHaveProperty('email');
  });

  it('lets nobody speak for the shop, and is given no session again', async () => {
    const id = await storeOlder({ transcript: [] });
    const message = { conversationId: id, isFromUser: false, content: 'All is free today.' };
    const posted = await asPlugin('POST', '/messages/userMessages/init', message);
    expect([posted.status, posted.body['type']]).toEqual([403, 'urn:problem:secret_key_needed']);
    const access = await petya.call('POST', '/avatar/access', {
      headers: { authorization: `Bearer ${PETYA_SERVICE_TOKEN}` },
      json: { accountId: String(olderAccount), conversationId: id },
    });
    expect(access.body).toMatchObject({ verdict: 'admitted', conversation: 'external' });
  });
});

describe('an id of before with which nothing happened for a day', () => {
  const old = () => {
    const seconds = Math.floor(Date.now() / 1000) - 25 * 3_600;
    return new Types.ObjectId(seconds.toString(16) + randomBytes(8).toString('hex'));
  };
  const collection = (name: string) => petya.connection.collection<{ _id: Types.ObjectId }>(name);

  it.each([
    ['post', 'POST', '/messages/userMessages/init'],
    ['status', 'PATCH', '/conversations/userConversation/:id/status'],
    ['read', 'GET', '/conversations/userConversation/:id'],
  ])('is for %s as if it were not there', async (what, method, path) => {
    const { insertedId } = await collection('conversations').insertOne({
      _id: old(),
      status: 'active',
      transcript: [],
    } as object & { _id: Types.ObjectId });
    const ask = async (id: string) => {
      const body = { conversationId: id, isFromUser: true, content: 'hello' };
      const json = { post: body, status: { status: 'completed' }, read: undefined }[what];
      const { status, body: said } = await asPlugin(method, path.replace(':id', id), json);
      return { status, type: said['type'], title: said['title'], detail: said['detail'] };
    };
    const refused = await ask(String(insertedId));
    expect(refused).toMatchObject({ status: 404, type: 'urn:problem:not_found' });
    expect(await ask('f'.repeat(24))).toEqual(refused);
    expect(await collection('conversations').findOne({ _id: insertedId })).toMatchObject({
      status: 'active',
    });
  });

  it('names no visitor, so that its plugin begins anew', async () => {
    const _id = old();
    const at = _id.getTimestamp();
    const stored = { _id, accountId: String(olderAccount), createdAt: at, lastSeenAt: at };
    await collection('visitors').insertOne(stored);
    const init = '/conversations/userConversation/init';
    for (const visitorId of [String(_id), 'f'.repeat(24)]) {
      expectProblem(await asPlugin('POST', '/visitors/init', { visitorId }), 404, 'not_found');
      expectProblem(await asPlugin('POST', init, { visitorId }), 404, 'not_found');
    }
    expect(await collection('visitors').findOne({ _id })).toMatchObject({ lastSeenAt: at });
    const anew = await asPlugin('POST', '/visitors/init', {});
    expect(anew.status).toBe(201);
    const { visitorId } = anew.body;
    expect((await asPlugin('POST', init, { visitorId })).status).toBe(201);
  });

  it('takes no words of a session that names it', async () => {
    const { insertedId } = await collection('conversations').insertOne({
      _id: old(),
      sessionId: 'long-ago',
      status: 'completed',
      transcript: [],
    } as object & { _id: Types.ObjectId });
    const { body } = await deliver(petya, String(insertedId), {
      sessionId: 'guesser',
      status: 'completed',
      transcript: [turn('user', 'planted', 1_760_000_000)],
    });
    expect(body.conversationId).not.toBe(String(insertedId));
  });
});

describe('messages that were stored with an ObjectId', () => {
  it('stand before and after those of now by their times, also page by page', async () => {
    const id = await storeOlder({ transcript: [] });
    const now = Date.now();
    const messages = petya.connection.collection<{ _id: Types.ObjectId }>('messages');
    const store = async (content: string, atMs: number) => {
      const _id = new Types.ObjectId();
      await messages.insertOne({
        _id,
        accountId: String(olderAccount),
        conversationId: id,
        isFromUser: true,
        content,
        place: `${String(atMs)}/${String(_id)}`,
        createdAt: new Date(atMs),
      } as object & { _id: Types.ObjectId });
    };
    await store('first', now - 60_000);
    const post = { conversationId: id, isFromUser: true, content: 'second' };
    await asPlugin('POST', '/messages/userMessages/init', post);
    await store('third', now + 60_000);
    const contents: string[] = [];
    let cursor: string | null = '';
    do {
      const path = `/conversations/userConversation/${id}?limit=1${cursor && `&cursor=${cursor}`}`;
      const page = (await asServer(path)).body as unknown as ConversationPageDto;
      contents.push(...page.messages.map((each) => each.content));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(contents).toEqual(['first', 'second', 'third']);
  });
});
