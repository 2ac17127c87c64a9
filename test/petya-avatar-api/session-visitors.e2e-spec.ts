import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccessRequestDto, AccessVerdictDto } from '#contracts';
import { DeliveriesRepository } from '../../apps/petya-avatar-api/src/deliveries/deliveries.repository.js';
import { toDelivery } from '../../apps/petya-avatar-api/src/deliveries/delivery.js';
import { expectProblem } from '../support/expect-problem.js';
import { PETYA_SERVICE_TOKEN, type RunningPetya, startPetya } from '../support/petya-app.js';
import { deliver, makeTenant, type ProvedVisitor, type Tenant, turn } from './tenant.js';

let petya: RunningPetya;
let shop: Tenant;
let ada: ProvedVisitor;
let eve: ProvedVisitor;

beforeAll(async () => {
  petya = await startPetya();
  shop = await makeTenant(petya);
  [ada, eve] = [await shop.proveVisitor(), await shop.proveVisitor()];
});
afterAll(() => petya.stop());

async function open(body: object, { proof }: Partial<ProvedVisitor> = {}): Promise<string> {
  const path = '/conversations/userConversation/init';
  return String((await shop.call('POST', path, body, proof)).body['conversationId']);
}

async function judge(request: Omit<AccessRequestDto, 'accountId'>, accountId = shop.accountId) {
  const answer = await petya.call<AccessVerdictDto>('POST', '/avatar/access', {
    headers: { authorization: `Bearer ${PETYA_SERVICE_TOKEN}` },
    json: { accountId, ...request },
  });
  expect(answer.status).toBe(200);
  return answer.body;
}

describe('what a session request may name', () => {
  it('is its own visitor and conversation by the token', async () => {
    const id = await open({ externalId: 'order-1' }, ada);
    const { visitorId, visitorToken } = ada;
    for (const [conversationId, conversation] of [
      [id, 'own'],
      ['order-1', 'external'],
      ['nothing', 'unknown'],
      [null, 'none'],
    ] as const) {
      expect(await judge({ conversationId, visitorToken })).toEqual({
        verdict: 'admitted',
        visitorId,
        conversation,
      });
    }
    const whole = await judge({ visitorId, conversationId: id, visitorToken });
    expect(whole).toEqual({ verdict: 'admitted', visitorId, conversation: 'own' });
  });

  it('is nothing of another visitor', async () => {
    const id = await open({}, ada);
    const refused = { verdict: 'not_found', visitorId: null, conversation: 'unknown' };
    const { visitorToken } = eve;
    const conversation = await judge({ conversationId: id, visitorToken });
    expect(conversation).toEqual({ ...refused, missing: 'conversation' });
    const visitor = await judge({ visitorId: ada.visitorId, visitorToken });
    expect(visitor).toEqual({ ...refused, missing: 'visitor' });
  });

  it('needs the token where there is proof, but for the customer’s server', async () => {
    const id = await open({}, ada);
    const { visitorId } = ada;
    for (const request of [
      { visitorId },
      { conversationId: id },
      { visitorId, conversationId: id },
    ]) {
      expect(await judge(request)).toMatchObject({ verdict: 'visitor_token_needed' });
      expect(await judge({ ...request, keyKind: 'secret' })).toMatchObject({
        verdict: 'admitted',
        visitorId,
      });
    }
  });

  it('is anything without proof, which proves nobody', async () => {
    const visitorId = await shop.makeVisitor();
    const id = await open({ visitorId, externalId: 'order-2' });
    const admitted = { verdict: 'admitted', visitorId: null };
    expect(await judge({ visitorId, conversationId: id })).toEqual({
      ...admitted,
      conversation: 'own',
    });
    expect(await judge({ conversationId: 'order-2' })).toEqual({
      ...admitted,
      conversation: 'external',
    });
    expect(await judge({ visitorId: 'site-1', conversationId: 'site-2' })).toEqual({
      ...admitted,
      conversation: 'unknown',
    });
  });

  it('is by an externalId the same for a stranger, whoever has it and whether anybody has', async () => {
    await open({ externalId: 'order-30' }, ada);
    await open({ externalId: 'order-31', visitorId: await shop.makeVisitor() });
    await open({ externalId: 'order-32' });
    for (const conversationId of ['order-30', 'order-31', 'order-32', 'order-39']) {
      for (const request of [{}, { visitorToken: eve.visitorToken }]) {
        expect(await judge({ conversationId, ...request })).toMatchObject({ verdict: 'admitted' });
      }
    }
  });

  it('is nobody with a token that is not valid in the account', async () => {
    const other = await makeTenant(petya);
    const refused = { verdict: 'token_invalid', visitorId: null, conversation: 'unknown' };
    expect(await judge({ visitorToken: 'token' })).toEqual(refused);
    expect(await judge({ visitorToken: ada.visitorToken }, other.accountId)).toEqual(refused);
  });

  it('is nothing that was erased', async () => {
    const gone = await shop.proveVisitor();
    const id = await open({ externalId: 'order-3' }, gone);
    await petya.admin('DELETE', `/accounts/${shop.accountId}/visitors/${gone.visitorId}`);
    for (const request of [
      { visitorToken: gone.visitorToken },
      { visitorId: gone.visitorId },
      { conversationId: id },
      { conversationId: 'order-3', keyKind: 'secret' as const },
    ]) {
      expect(await judge(request)).toMatchObject({ verdict: 'not_found' });
    }
  });

  it('is nobody whose erasure has begun', async () => {
    const { visitorId, visitorToken } = await shop.proveVisitor();
    await petya.connection
      .collection<{ _id: string }>('visitors')
      .updateOne({ _id: visitorId }, { $set: { removingAt: new Date() } });
    for (const request of [{ visitorToken }, { visitorId }]) {
      expect(await judge(request)).toMatchObject({ verdict: 'not_found' });
    }
  });

  it('is proved by its token from then on', async () => {
    const { visitorId, visitorToken } = await shop.proveVisitor();
    expect(await judge({ visitorId })).toMatchObject({ verdict: 'admitted' });
    await judge({ visitorToken });
    expect(await judge({ visitorId })).toMatchObject({ verdict: 'visitor_token_needed' });
  });
});

describe('a delivery', () => {
  const words = (sessionId: string, visitorId?: string) => ({
    sessionId,
    accountId: shop.accountId,
    ...(visitorId === undefined ? {} : { visitorId }),
    status: 'completed',
    transcript: [turn('user', `words of ${sessionId}`, 1_760_000_000)],
  });

  it('of its visitor’s session goes into the conversation that was opened with proof', async () => {
    const id = await open({ externalId: 'order-4' }, ada);
    const answer = await deliver(petya, 'order-4', words('ada-1', ada.visitorId));
    expect([answer.status, answer.body.conversationId]).toEqual([200, id]);
    const page = await shop.call(
      'GET',
      `/conversations/userConversation/${id}`,
      undefined,
      ada.proof,
    );
    expect(page.body).toMatchObject({ transcript: [{ transcript: 'words of ada-1' }] });
  });

  it.each([
    ['another visitor', () => eve.visitorId],
    ['nobody', () => undefined],
  ])('of a session of %s goes into one of its own instead', async (who, visitorId) => {
    const id = await open({}, ada);
    const sessionId = `foreign-${who.slice(0, 6)}`;
    const delivery = words(sessionId, visitorId());
    const first = await deliver(petya, id, delivery);
    expect(first.body).toMatchObject({ duplicate: false });
    expect(first.body.conversationId).not.toBe(id);
    const again = await deliver(petya, id, delivery);
    expect(again.body).toEqual({ ...first.body, duplicate: true });
    expect((await shop.read(id)).transcript).toEqual([]);
    expect(await shop.read(sessionId)).toMatchObject({
      conversationId: first.body.conversationId,
      visitorId: visitorId() ?? null,
      transcript: [{ transcript: `words of ${sessionId}` }],
    });
    const { accountId: _left, ...unnamed } = { ...delivery, version: 2 };
    expect((await deliver(petya, id, unnamed)).body.conversationId).toBe(first.body.conversationId);
  });

  it('finds a place that nobody can take where somebody has taken the session’s id as well', async () => {
    const id = await open({}, ada);
    await open({ externalId: 'taken-session' }, ada);
    const first = await deliver(petya, id, words('taken-session'));
    expect(first.status).toBe(200);
    expect((await shop.read(id)).transcript).toEqual([]);
    expect((await shop.read('taken-session')).transcript).toEqual([]);
    const own = first.body.conversationId;
    expect((await shop.read(own)).transcript).toHaveLength(1);
    const again = await deliver(petya, id, { ...words('taken-session'), version: 2 });
    expect(again.body).toMatchObject({ conversationId: own, version: 2 });
    const init = '/conversations/userConversation/init';
    const claim = await shop.call('POST', init, { externalId: '~taken-session' }, ada.proof);
    expectProblem(claim, 422, 'invalid_input');
    const path = '/conversations/userConversation/~taken-session';
    expect((await shop.call('GET', path, undefined, ada.proof)).status).toBeGreaterThan(399);
    expect((await shop.call('GET', path)).status).toBeGreaterThan(399);
  });

  it('that makes a conversation makes it its visitor’s', async () => {
    await deliver(petya, 'made-1', words('made-1', ada.visitorId));
    const path = '/conversations/userConversation/made-1';
    const mine = await shop.call('GET', path, undefined, ada.proof);
    expect(mine.body).toMatchObject({ visitorId: ada.visitorId, transcript: [{}] });
    expectProblem(await shop.call('GET', path, undefined, eve.proof), 404, 'not_found');
  });

  it('gives nobody what stands in a conversation without a visitor', async () => {
    const id = await open({ externalId: 'order-5' });
    await shop.post(id, 'written by a stranger');
    await deliver(petya, 'order-5', words('eve-1', eve.visitorId));
    for (const named of [id, 'order-5']) {
      const path = `/conversations/userConversation/${named}`;
      expectProblem(await shop.call('GET', path, undefined, eve.proof), 404, 'not_found');
    }
    expect((await shop.read(id)).transcript).toEqual([]);
    expect((await shop.read('eve-1')).transcript).toHaveLength(1);
  });

  it.each([
    ['nobody', () => ({})],
    ['one that was named', () => ({ visitorId: 'site-7', proved: false })],
    ['one with proof', () => ({ visitorId: ada.visitorId, proved: true })],
  ])('of %s says nothing in what another visitor has under its externalId', async (who, whose) => {
    const { visitorId, proof } = await shop.proveVisitor();
    const externalId = `squatted-${who.length}`;
    const id = await open({ visitorId, externalId });
    const delivery = { ...words(`of-${who.length}`), ...whose() };
    const { body } = await deliver(petya, externalId, delivery);
    expect(body.conversationId).not.toBe(id);
    const path = `/conversations/userConversation/${externalId}`;
    const seen = await shop.call('GET', path, undefined, proof);
    expect(seen.body).toMatchObject({ status: 'active', sessions: [], transcript: [] });
  });

  it('of a visitor with proof says nothing in what another opened without, by any id', async () => {
    const id = await open({ visitorId: await shop.makeVisitor() });
    await deliver(petya, id, { ...words('ada-2', ada.visitorId), proved: true });
    expect((await shop.read(id)).transcript).toEqual([]);
    expect(await shop.read('ada-2')).toMatchObject({ visitorId: ada.visitorId });
  });

  it('that only names a visitor says nothing in what was opened with proof', async () => {
    const id = await open({}, ada);
    await deliver(petya, id, { ...words('named-1', ada.visitorId), proved: false });
    expect((await shop.read(id)).transcript).toEqual([]);
  });

  it('of a visitor with proof makes a conversation that needs it', async () => {
    await deliver(petya, 'made-2', { ...words('made-2', ada.visitorId), proved: true });
    const { conversationId } = await shop.read('made-2');
    expect(await judge({ conversationId })).toMatchObject({ verdict: 'visitor_token_needed' });
    const posted = await shop.call('POST', '/messages/userMessages/init', {
      conversationId,
      isFromUser: false,
      content: 'from the shop, it says',
    });
    expectProblem(posted, 403, 'secret_key_needed');
  });

  it('under an externalId of nobody goes in only where nobody said anything before', async () => {
    const id = await open({ externalId: 'order-20' });
    expect((await deliver(petya, 'order-20', words('first-20'))).body.conversationId).toBe(id);
    const later = { ...words('first-20'), version: 2 };
    expect((await deliver(petya, 'order-20', later)).body.conversationId).toBe(id);
    const stranger = await deliver(petya, 'order-20', words('second-20'));
    expect(stranger.body.conversationId).not.toBe(id);
    const written = await open({ externalId: 'order-21' });
    await shop.post(written, 'is anybody there?');
    const { body } = await deliver(petya, 'order-21', words('first-21'));
    expect(body.conversationId).not.toBe(written);
    expect((await deliver(petya, written, words('own-21'))).body.conversationId).toBe(written);
  });

  it('that only names a visitor with proof leaves nothing in that visitor’s history', async () => {
    const { visitorId, proof } = await shop.proveVisitor();
    await shop.call('POST', '/visitors/init', {}, proof);
    const planted = { ...words('planted-1', visitorId), proved: false };
    expect((await deliver(petya, 'planted-1', planted)).status).toBe(200);
    expect(await shop.read('planted-1')).toMatchObject({ visitorId: null, transcript: [{}] });
    const path = '/conversations/userConversation/planted-1';
    expectProblem(await shop.call('GET', path, undefined, proof), 404, 'not_found');
    const opened = await shop.call(
      'POST',
      '/conversations/userConversation/init',
      { externalId: 'planted-1' },
      proof,
    );
    expectProblem(opened, 409, 'conversation_taken');
  });

  it('that runs is not shown to whoever adopts its conversation', async () => {
    await deliver(petya, 'runs-1', { ...words('s-runs-1'), status: 'active', transcript: [] });
    const { visitorId, proof } = await shop.proveVisitor();
    await open({ visitorId, externalId: 'runs-1' });
    const path = '/conversations/userConversation/runs-1';
    const seen = await shop.call('GET', path, undefined, proof);
    expect(seen.body).toMatchObject({ sessions: [], transcript: [] });
  });

  it.each([
    ['with proof', true],
    ['by its id', false],
  ])('that found its place before a visitor came %s says nothing there', async (how, isProved) => {
    const externalId = `raced-${how}`.replaceAll(' ', '-');
    const said = { ...words(externalId), status: 'completed' as const };
    await deliver(petya, externalId, { ...said, status: 'active', transcript: [] });
    const deliveries = petya.app.get(DeliveriesRepository);
    const found = await deliveries.locate(externalId, shop.accountId, said.sessionId);
    const { visitorId, proof } = await shop.proveVisitor();
    const id = await open({ externalId, visitorId }, isProved ? { proof } : {});
    expect(found).toMatchObject({ id, visitorId: null, named: 'external' });
    const late = toDelivery({ ...said, version: 2 });
    expect(found && (await deliveries.apply(found, shop.accountId, late))).toBe(false);
    expect((await shop.read(id)).transcript).toEqual([]);
  });

  it('that said nothing yet leaves none to another once it was given to somebody', async () => {
    await deliver(petya, 'given-1', { ...words('given-1'), status: 'active', transcript: [] });
    await open({ externalId: 'given-1' });
    const init = '/conversations/userConversation/init';
    const visitorId = await shop.makeVisitor();
    const adopted = await shop.call('POST', init, { externalId: 'given-1', visitorId });
    expectProblem(adopted, 409, 'conversation_taken');
  });

  it('that said something leaves a conversation nobody adopts', async () => {
    await deliver(petya, 'said-1', words('said-1'));
    const init = '/conversations/userConversation/init';
    const adopted = await shop.call('POST', init, { externalId: 'said-1' }, eve.proof);
    expectProblem(adopted, 409, 'conversation_taken');
  });

  it('that said nothing yet leaves one to the first visitor who opens it', async () => {
    const begun = { ...words('begun-1'), status: 'active', transcript: [] };
    const { body } = await deliver(petya, 'begun-1', begun);
    const visitors = await Promise.all([1, 2, 3].map(() => shop.proveVisitor()));
    const init = '/conversations/userConversation/init';
    const answers = await Promise.all(
      visitors.map(({ proof }) => shop.call('POST', init, { externalId: 'begun-1' }, proof)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect(answers.find(({ status }) => status === 200)?.body).toMatchObject({
      conversationId: body.conversationId,
    });
    const later = await deliver(petya, 'begun-1', { ...words('begun-1'), version: 2 });
    expect(later.status).toBe(200);
    expect(later.body.conversationId).not.toBe(body.conversationId);
    expect((await shop.read(body.conversationId)).transcript).toEqual([]);
    expect((await shop.read(later.body.conversationId)).transcript).toHaveLength(1);
  });
});
