import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { undoStanding } from '../support/undo-standing.js';
import { makeTenant, type Tenant } from './tenant.js';

let petya: RunningPetya;
let tenant: Tenant;

beforeAll(async () => {
  petya = await startPetya();
  tenant = await makeTenant(petya);
});
afterAll(() => petya.stop());

const times = <T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_unused, index) => call(index)));

describe('the same call again, also at the same instant', () => {
  it('keeps one conversation of an externalId: one 201, 200 for the others', async () => {
    const answers = await times(30, () =>
      tenant.call('POST', '/conversations/userConversation/init', { externalId: 'once' }),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(29).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body['conversationId'])).size).toBe(1);
    const records = petya.connection.collection('conversations');
    expect(await records.countDocuments({ accountId: tenant.accountId, externalId: 'once' })).toBe(
      1,
    );
  });

  it('keeps one message of a clientMessageId: one 201, 200 for the others', async () => {
    const id = await tenant.openConversation();
    const answers = await times(30, (index) =>
      tenant.post(id, `try ${index}`, { clientMessageId: 'once' }),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(29).fill(200), 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await tenant.read(id)).messages).toHaveLength(1);
  });

  it('makes anew what was undone before it was looked at, as at an election', async () => {
    const { connection } = petya;
    const { accountId } = tenant;
    const id = await tenant.openConversation();
    await tenant.post(id, 'undone', { clientMessageId: 'undone' });
    undoStanding(connection, 'messages', 'insertOne', { accountId, content: 'undone' });
    expect((await tenant.post(id, 'anew', { clientMessageId: 'undone' })).status).toBe(201);
    expect((await tenant.read(id)).messages).toMatchObject([{ content: 'anew' }]);

    const externalId = 'undone';
    await tenant.openConversation({ externalId });
    undoStanding(connection, 'conversations', 'insertOne', { accountId, externalId });
    const path = '/conversations/userConversation/init';
    expect((await tenant.call('POST', path, { externalId })).status).toBe(201);
  });

  it('keeps the same clientMessageId of two conversations apart', async () => {
    const [one, other] = [await tenant.openConversation(), await tenant.openConversation()];
    const first = await tenant.post(one, 'in one', { clientMessageId: 'same' });
    const second = await tenant.post(other, 'in the other', { clientMessageId: 'same' });
    expect([first.status, second.status]).toEqual([201, 201]);
  });

  it('keeps every message that carries no clientMessageId', async () => {
    const id = await tenant.openConversation();
    await times(20, () => tenant.post(id, 'the same words'));
    expect((await tenant.read(id)).messages).toHaveLength(20);
  });

  it('keeps the same externalId of two accounts apart', async () => {
    const other = await makeTenant(petya);
    const mine = await tenant.openConversation({ externalId: 'same-name' });
    const theirs = await other.openConversation({ externalId: 'same-name' });
    expect(theirs).not.toBe(mine);
  });

  it('keeps one record of a known visitor', async () => {
    const visitorId = await tenant.makeVisitor();
    const answers = await times(20, () => tenant.call('POST', '/visitors/init', { visitorId }));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const records = petya.connection.collection('visitors');
    expect(await records.countDocuments({ accountId: tenant.accountId })).toBe(1);
  });

  it('completes a conversation once, however often it is asked to', async () => {
    const id = await tenant.openConversation();
    const path = `/conversations/userConversation/${id}/status`;
    const answers = await times(10, () => tenant.call('PATCH', path, { status: 'completed' }));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  });

  it('gives a key to one of two accounts that import it at the same instant', async () => {
    const others = await times(10, () => makeTenant(petya));
    const answers = await Promise.all(
      others.map(({ accountId }) =>
        petya.admin('POST', `/accounts/${accountId}/keys`, { key: 'SE_1234567890123456' }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(409)]);
  });
});

describe('an externalId that was first seen by a delivery', () => {
  it('gets its visitor when the plugin opens it', async () => {
    await petya.call('POST', '/avatar/conversations/early/status', {
      headers: { authorization: 'Bearer service-token-of-this-run' },
      json: {
        sessionId: 'early',
        accountId: tenant.accountId,
        status: 'active',
        transcript: [],
      },
    });
    const visitorId = await tenant.makeVisitor();
    const id = await tenant.openConversation({ externalId: 'early', visitorId });
    expect(await tenant.read(id)).toMatchObject({ externalId: 'early', visitorId });
  });
});
