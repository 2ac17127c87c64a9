import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PETYA_SERVICE_TOKEN, type RunningPetya, startPetya } from '../support/petya-app.js';
import { makeTenant, type Tenant } from './tenant.js';

/* An avatar service, and a plugin, that somebody else has written: no version, no account, one time a turn. */
let petya: RunningPetya;
let shop: Tenant;

beforeAll(async () => {
  petya = await startPetya();
  shop = await makeTenant(petya);
});
afterAll(() => petya.stop());

/** What such a service tells of a session. */
function tell(conversationId: string, json: object) {
  return petya.call('POST', `/avatar/conversations/${conversationId}/status`, {
    headers: { authorization: `Bearer ${PETYA_SERVICE_TOKEN}` },
    json,
  });
}

describe('an avatar service that is not ours', () => {
  it.each(['x-api-key', 'X-API-KEY', 'authorization'])(
    'is told an avatar by the key in %s',
    async (name) => {
      const value = name === 'authorization' ? `Bearer ${shop.key}` : shop.key;
      const answer = await petya.call('GET', '/avatar/config', { headers: { [name]: value } });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        avatarId: expect.any(String),
        intro: expect.any(String),
        knowledgeBaseId: null,
        voiceId: null,
      });
    },
  );

  it.each([
    ['seconds', 'timestamp', 1_760_000_010],
    ['seconds', 'absolute_timestamp', 1_760_000_010],
    ['milliseconds', 'timestamp', 1_760_000_010_000],
    ['milliseconds', 'absolute_timestamp', 1_760_000_010_000],
  ])('may give the time of a turn in %s as %s', async (_unit, member, time) => {
    const conversationId = await shop.openConversation();
    const sessionId = `session-${member}-${time}`;
    const transcript = [
      { role: 'user', transcript: 'Hello?', [member]: time },
      { role: 'avatar', transcript: 'Welcome.', [member]: time },
    ];
    expect(
      (await tell(conversationId, { sessionId, status: 'active', transcript: [] })).status,
    ).toBe(200);
    const told = await tell(conversationId, { sessionId, status: 'completed', transcript });
    expect(told.status).toBe(200);
    // The same update once more, since its answer was lost.
    expect(
      (await tell(conversationId, { sessionId, status: 'completed', transcript })).status,
    ).toBe(200);
    const conversation = await shop.read(conversationId);
    expect(conversation.status).toBe('completed');
    expect(conversation.transcript.map((turn) => [turn.role, turn.transcript])).toEqual([
      ['user', 'Hello?'],
      ['avatar', 'Welcome.'],
    ]);
  });
});

describe('an update without a version', () => {
  const line = (transcript: string) => [{ role: 'user', transcript, timestamp: 1_760_000_010 }];

  it('takes the place of the one before, and is known again', async () => {
    const conversationId = await shop.openConversation();
    const sessionId = 'unnumbered';
    const answers = [];
    for (const transcript of [[], line('One.'), line('Two.'), line('Two.')]) {
      answers.push((await tell(conversationId, { sessionId, status: 'active', transcript })).body);
    }
    expect(answers).toMatchObject([
      { version: 1, duplicate: false },
      { version: 2, duplicate: false },
      { version: 3, duplicate: false },
      { version: 3, duplicate: true },
    ]);
    const { transcript } = await shop.read(conversationId);
    expect(transcript.map((turn) => turn.transcript)).toEqual(['Two.']);
  });

  it('that says active after the end is late, and takes no words away', async () => {
    const conversationId = await shop.openConversation();
    const sessionId = 'late-active';
    await tell(conversationId, { sessionId, status: 'completed', transcript: line('All of it.') });
    const late = await tell(conversationId, { sessionId, status: 'active', transcript: [] });
    expect([late.status, late.body]).toEqual([
      200,
      expect.objectContaining({ status: 'completed', stale: true }),
    ]);
    const { transcript } = await shop.read(conversationId);
    expect(transcript.map((turn) => turn.transcript)).toEqual(['All of it.']);
  });

  it('is taken also where several come at once', async () => {
    const conversationId = await shop.openConversation();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_unused, index) =>
        tell(conversationId, {
          sessionId: 'at-once',
          status: 'completed',
          transcript: line(`Line ${index}.`),
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    const { transcript, sessions } = await shop.read(conversationId);
    expect(transcript).toHaveLength(1);
    expect(sessions).toMatchObject([{ sessionId: 'at-once', version: 8 }]);
  });
});

describe('a plugin that is not ours', () => {
  const extra = { source: 'wordpress', sessionId: 'abc', metadata: { theme: ['dark'] } };

  it('goes through a conversation, whatever else stands in its bodies', async () => {
    const visitor = await shop.call<{ visitorId: string }>('POST', '/visitors/init', {
      name: 'Ada',
      pageUrl: 'https://shop.example.com',
      ...extra,
    });
    expect(visitor.status).toBe(201);
    const { visitorId } = visitor.body;
    const opened = await shop.call<{ conversationId: string }>(
      'POST',
      '/conversations/userConversation/init',
      { visitorId, ...extra },
    );
    expect(opened.status).toBe(201);
    const { conversationId } = opened.body;
    const said = await shop.call('POST', '/messages/userMessages/init', {
      conversationId,
      isFromUser: true,
      content: 'Hello.',
      ...extra,
    });
    expect(said.status).toBe(201);
    const status = `/conversations/userConversation/${conversationId}/status`;
    const ended = await shop.call('PATCH', status, { status: 'completed', ...extra });
    expect([ended.status, ended.body]).toEqual([200, { conversationId, status: 'completed' }]);
  });

  it.each([
    ['nothing', undefined],
    ['an empty object', {}],
    ['an empty text', { status: '' }],
    ['what it does not know', { ended: true }],
  ])('completes a conversation with %s for a body', async (_what, body) => {
    const conversationId = await shop.openConversation();
    const path = `/conversations/userConversation/${conversationId}/status`;
    const answer = await shop.call('PATCH', path, body);
    expect([answer.status, answer.body]).toEqual([200, { conversationId, status: 'completed' }]);
    expect((await shop.read(conversationId)).status).toBe('completed');
  });

  it('is still told of what it knows and sends wrong', async () => {
    const answer = await shop.call('POST', '/visitors/init', { name: 7, ...extra });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('/name');
    expect(answer.text).not.toContain('theme');
  });
});
