import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConversationPageDto } from '#contracts';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { expectProblem } from '../support/expect-problem.js';
import { deliver, makeTenant, type Tenant, turn } from './tenant.js';

let petya: RunningPetya;
let tenant: Tenant;

beforeAll(async () => {
  petya = await startPetya({ environment: { AVATAR_SERVICE_URL: 'https://avatar.example.com' } });
  tenant = await makeTenant(petya, { name: 'Blumenhaus', language: 'de' });
});
afterAll(() => petya.stop());

const ID = /^[A-Za-z0-9_-]{22}$/;
const TOKEN = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('the calls of the plugin', () => {
  it('reads what the plugin shows of its account', async () => {
    const answer = await tenant.call('GET', '/account/config');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      accountId: tenant.accountId,
      name: 'Blumenhaus',
      language: 'de',
      avatar: {
        enabled: true,
        avatarId: 'Katya_Chair_Sitting_public',
        intro: 'Hello and welcome. How can I help you today?',
        knowledgeBaseId: null,
        voiceId: null,
      },
      visitorProof: 'optional',
      avatarServiceUrl: 'https://avatar.example.com',
    });
  });

  it('makes a visitor, and gives the same one again with what changed', async () => {
    const details = {
      name: 'Ada',
      email: 'ada@example.com',
      pageUrl: 'https://shop.example.com/roses?x=1',
      userAgent: 'Mozilla/5.0',
      locale: 'de-DE',
    };
    const made = await tenant.call('POST', '/visitors/init', details);
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      visitorId: expect.stringMatching(ID),
      visitorToken: expect.stringMatching(TOKEN),
    });
    const { visitorId } = made.body;
    const visitors = petya.connection.collection('visitors');
    const before = await visitors.findOne({ email: 'ada@example.com' });
    const again = await tenant.call('POST', '/visitors/init', { visitorId, name: 'Ada L.' });
    expect([again.status, again.body]).toEqual([200, { visitorId }]);
    const after = await visitors.findOne({ email: 'ada@example.com' });
    expect(after).toMatchObject({
      name: 'Ada L.',
      locale: 'de-DE',
      pageUrl: 'https://shop.example.com/roses',
    });
    expect(after?.['lastSeenAt'].getTime()).toBeGreaterThanOrEqual(
      before?.['lastSeenAt'].getTime(),
    );
    expect(await visitors.countDocuments({ email: 'ada@example.com' })).toBe(1);
  });

  it('keeps nothing of what a form left empty, and refuses nobody for it', async () => {
    const empty = { visitorId: '', name: '', email: '', locale: '', userId: '', userHash: '' };
    const made = await tenant.call('POST', '/visitors/init', { ...empty, userAgent: 'empty form' });
    expect(made.status).toBe(201);
    const kept = await petya.connection.collection('visitors').findOne({ userAgent: 'empty form' });
    expect(kept).not.toBeNull();
    for (const member of ['name', 'email', 'locale', 'userId'])
      expect(kept).not.toHaveProperty(member);
    const again = { visitorId: made.body.visitorId, externalId: '', pageUrl: '' };
    const opened = await tenant.call('POST', '/conversations/userConversation/init', again);
    expect(opened.status).toBe(201);
  });

  it('answers 404 for a visitor it never made', async () => {
    for (const visitorId of ['0123456789abcdef01234567', 'my-own-id']) {
      const answer = await tenant.call('POST', '/visitors/init', { visitorId });
      expectProblem(answer, 404, 'not_found');
    }
  });

  it('opens a conversation, also without saying anything about it', async () => {
    const visitorId = await tenant.makeVisitor();
    const full = await tenant.call('POST', '/conversations/userConversation/init', {
      visitorId,
      externalId: 'order-1',
      pageUrl: 'https://shop.example.com/roses?token=t#top',
    });
    expect(full.status).toBe(201);
    expect(full.body).toEqual({ conversationId: expect.stringMatching(ID), status: 'active' });
    const bare = await tenant.call('POST', '/conversations/userConversation/init');
    expect(bare.status).toBe(201);
    expect(await tenant.read(String(full.body['conversationId']))).toMatchObject({
      externalId: 'order-1',
      visitorId,
      pageUrl: 'https://shop.example.com/roses',
      status: 'active',
      createdAt: expect.stringMatching(TIME),
      messages: [],
      transcript: [],
      nextCursor: null,
    });
  });

  it('stores a message', async () => {
    const conversationId = await tenant.openConversation();
    const answer = await tenant.call('POST', '/messages/userMessages/init', {
      conversationId,
      isFromUser: true,
      content: 'Do you deliver on Sundays?',
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      messageId: expect.stringMatching(ID),
      conversationId,
      createdAt: expect.stringMatching(TIME),
    });
    expect((await tenant.read(conversationId)).messages).toEqual([
      {
        messageId: answer.body['messageId'],
        isFromUser: true,
        content: 'Do you deliver on Sundays?',
        clientMessageId: null,
        createdAt: answer.body['createdAt'],
      },
    ]);
  });

  it('completes a conversation, twice if asked to, and takes it up again', async () => {
    const id = await tenant.openConversation();
    const path = `/conversations/userConversation/${id}/status`;
    for (const status of ['completed', 'completed', 'active']) {
      const answer = await tenant.call('PATCH', path, { status });
      expect([answer.status, answer.body]).toEqual([200, { conversationId: id, status }]);
    }
  });

  it('takes an externalId wherever an id is taken, from the customer’s server', async () => {
    const conversationId = await tenant.openConversation({ externalId: 'by-name' });
    const secret = { authorization: `Bearer ${await tenant.secretKey()}` };
    const message = { conversationId: 'by-name', isFromUser: false, content: 'hello' };
    const posted = await tenant.call('POST', '/messages/userMessages/init', message, secret);
    expect(posted.body).toMatchObject({ conversationId });
    const path = '/conversations/userConversation/by-name/status';
    expect((await tenant.call('PATCH', path, { status: 'completed' }, secret)).body).toEqual({
      conversationId,
      status: 'completed',
    });
    expect((await tenant.read('by-name')).messages).toHaveLength(1);
  });

  it('works with a key that was imported', async () => {
    const key = 'SE_5799564546777614';
    await petya.admin('POST', `/accounts/${tenant.accountId}/keys`, { key });
    const answer = await petya.call('GET', '/account/config', {
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });
    expect(answer.body).toMatchObject({ accountId: tenant.accountId });
  });
});

describe('reading a conversation back', () => {
  it('gives messages and turns page by page, each once and in one order', async () => {
    const id = await tenant.openConversation();
    for (let index = 0; index < 7; index += 1) await tenant.post(id, `message ${index}`);
    const first = (await tenant.read(id)).messages.map((each) => Date.parse(each.createdAt));
    // Turns before, between (at the same millisecond as a message) and after the messages.
    const times = [first[0]! - 5000, first[3]!, first[3]!, first[6]! + 5000];
    await deliver(petya, id, {
      sessionId: 'paged',
      status: 'completed',
      transcript: times.map((at, index) => turn('avatar', `turn ${index}`, at)),
    });
    const whole = await tenant.read(id);
    expect(whole.nextCursor).toBeNull();
    for (const limit of [1, 2, 3, 10, 11]) {
      const pages = await readAll(id, limit);
      expect(pages.flatMap((page) => page.messages)).toEqual(whole.messages);
      expect(pages.flatMap((page) => page.transcript)).toEqual(whole.transcript);
      expect(pages).toHaveLength(Math.ceil(11 / limit));
      const times = pages.map((page) =>
        [...page.messages.map((m) => m.createdAt), ...page.transcript.map((t) => t.timestamp)]
          .map((time) => Date.parse(time ?? ''))
          .toSorted((one, other) => one - other),
      );
      const inOrder = times.flat();
      expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
    }
  });

  it('gives 50 entries when no limit is asked for', async () => {
    const id = await tenant.openConversation();
    await deliver(petya, id, {
      sessionId: 'sixty',
      status: 'completed',
      transcript: Array.from({ length: 60 }, (_unused, index) =>
        turn('user', `${index}`, 1_760_000_000 + index),
      ),
    });
    const [first, second] = await readAll(id);
    expect(first?.transcript).toHaveLength(50);
    expect(second?.transcript.map((each) => each.transcript)).toEqual(
      Array.from({ length: 10 }, (_unused, index) => `${index + 50}`),
    );
  });

  it('does not lose its place when something is added between two pages', async () => {
    const id = await tenant.openConversation();
    for (const text of ['a', 'b', 'c']) await tenant.post(id, text);
    const first = await tenant.read(id, '?limit=2');
    await tenant.post(id, 'd');
    const second = await tenant.read(id, `?limit=2&cursor=${first.nextCursor}`);
    expect([...first.messages, ...second.messages].map((each) => each.content)).toEqual([
      ...'abcd',
    ]);
  });

  async function readAll(id: string, limit?: number): Promise<ConversationPageDto[]> {
    const pages: ConversationPageDto[] = [];
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({
        ...(limit === undefined ? {} : { limit: String(limit) }),
        ...(cursor === null ? {} : { cursor }),
      });
      const page: ConversationPageDto = await tenant.read(id, `?${query.toString()}`);
      pages.push(page);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return pages;
  }
});
