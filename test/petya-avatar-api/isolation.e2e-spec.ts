import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from '../support/json-client.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { expectProblem } from '../support/expect-problem.js';
import { deliver, makeTenant, type Tenant, turn } from './tenant.js';

let petya: RunningPetya;
let mine: Tenant;
let theirs: Tenant;
/** Ids of the other account, by the kind of thing they name. */
let foreign: Record<
  'conversation' | 'externalId' | 'visitor' | 'message' | 'session' | 'account',
  string
>;

beforeAll(async () => {
  petya = await startPetya();
  mine = await makeTenant(petya);
  theirs = await makeTenant(petya);
  const visitor = await theirs.makeVisitor({ name: 'Ada' });
  const conversation = await theirs.openConversation({ visitorId: visitor, externalId: 'theirs' });
  const message = await theirs.post(conversation, 'secret', { clientMessageId: 'm-1' });
  await deliver(petya, conversation, {
    sessionId: 'their-session',
    accountId: theirs.accountId,
    status: 'completed',
    transcript: [turn('user', 'secret', 1_760_000_000)],
  });
  foreign = {
    conversation,
    externalId: 'theirs',
    visitor,
    message: String(message.body['messageId']),
    session: 'their-session',
    account: theirs.accountId,
  };
});
afterAll(() => petya.stop());

/** Every route of the plugin that takes an id, with the id in its place. */
const routes: Record<string, (tenant: Tenant, id: string) => Promise<Answer>> = {
  'POST /visitors/init': (tenant, visitorId) =>
    tenant.call('POST', '/visitors/init', { visitorId, name: 'Eve' }),
  'POST /conversations/userConversation/init': (tenant, visitorId) =>
    tenant.call('POST', '/conversations/userConversation/init', { visitorId }),
  'POST /messages/userMessages/init': (tenant, conversationId) =>
    tenant.call('POST', '/messages/userMessages/init', {
      conversationId,
      isFromUser: true,
      content: 'let me in',
      clientMessageId: 'm-1',
    }),
  'GET /conversations/userConversation/:id': (tenant, id) =>
    tenant.call('GET', `/conversations/userConversation/${id}`),
  'PATCH /conversations/userConversation/:id/status': (tenant, id) =>
    tenant.call('PATCH', `/conversations/userConversation/${id}/status`, { status: 'completed' }),
};

describe("another account's id", () => {
  const kinds = ['conversation', 'externalId', 'visitor', 'message', 'session', 'account'] as const;
  const walks = Object.keys(routes).flatMap((route) => kinds.map((kind) => [route, kind] as const));

  it.each(walks)(
    'is 404 on %s as the id of a %s, like one that nobody has',
    async (route, kind) => {
      const before = await everything();
      const walk = routes[route]!;
      const answer = await walk(mine, foreign[kind]);
      const nobodys = await walk(mine, 'fedcba9876543210fedcba98');
      expectProblem(answer, 404, 'not_found');
      const { instance: _one, ...body } = answer.body;
      const { instance: _other, ...nobodysBody } = nobodys.body;
      expect(body).toEqual(nobodysBody);
      expect(await everything()).toEqual(before);
    },
  );

  it('stands in no answer to a key of mine', async () => {
    const own = await mine.openConversation({ externalId: 'theirs' });
    expect(await mine.read('theirs')).toMatchObject({ conversationId: own, messages: [] });
  });

  /** What the other account holds, byte for byte. */
  async function everything(): Promise<string> {
    const accountId = theirs.accountId;
    const held = [];
    for (const name of ['conversations', 'messages', 'visitors']) {
      held.push(await petya.connection.collection(name).find({ accountId }).toArray());
    }
    return JSON.stringify(held);
  }
});
