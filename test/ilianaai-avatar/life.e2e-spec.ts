import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LifeDto, LivesDto } from '#contracts';
import type { Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { toDocument } from '../../apps/ilianaai-avatar/src/sessions/store/session.mapper.js';
import type { SessionDocument } from '../../apps/ilianaai-avatar/src/sessions/store/session.schema.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { expectProblem, pointers } from '../support/expect-problem.js';
import { expectStatus } from '../support/expect-status.js';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { aSession, at } from '../support/session.factory.js';
import { until } from '../support/until.js';
import { talkIn, untilCounted, untilLinked } from './delivered.js';
import { startedVisit, visit, type Visit } from './visit.js';
import { startWorld, type World } from './world.js';

const OPERATOR = { authorization: `Bearer ${PETYA_ADMIN_TOKEN}` };
const PATH = '/api/v1/admin/life';
const PARENT = 'b7ad6b7169203331';
const WEEK = 7 * 86_400;

let world: World;
let shop: Tenant;

beforeAll(async () => {
  const environment = {
    ADMIN_TOKEN: PETYA_ADMIN_TOKEN,
    ERASURE_POLL_SECONDS: '0.1',
    // Nobody looks at a running session while it is looked at here.
    VENDOR_POLL_SECONDS: '60',
  };
  world = await startWorld({ environment });
  shop = await world.customer();
});
afterEach(async () => {
  world.double.heal();
  await world.vendor.clearFaults();
});
afterAll(() => world.stop());

const ask = <T = LivesDto>(query: string, headers: Record<string, string> = OPERATOR) =>
  world.avatar.call<T>('GET', `${PATH}${query}`, { headers });

const records = () => world.avatar.connection.collection<SessionDocument>('sessions');

async function recordOf({ sessionId }: Pick<Visit, 'sessionId'>): Promise<SessionDocument> {
  const record = await records().findOne({ vendorSessionId: sessionId });
  if (!record) throw new Error('there is no such record');
  return record;
}

async function livesOf(id: string): Promise<LivesDto> {
  const answer = await ask(`?id=${encodeURIComponent(id)}`);
  expectStatus(answer, 200);
  return answer.body;
}

/** The one life that an id names. */
async function lifeOf(id: string): Promise<LifeDto> {
  const { items, more } = await livesOf(id);
  expect([items.length, more]).toEqual([1, false]);
  return items[0] as LifeDto;
}

const stepsOf = ({ next }: LifeDto) => next.map(({ step }) => step);

/** Whatever of a record an operator has no business to see. */
function secretsOf(record: SessionDocument, said: string, { token }: Visit): string[] {
  const { vendorToken, media, opener, visitorId, idempotencyKey, grant, config } = record;
  const all = [vendorToken, media, opener, visitorId, idempotencyKey, grant, config.intro];
  return [said, token, shop.key, ...all].filter((each): each is string => Boolean(each));
}

describe('a life', () => {
  it('is told by each of its ids, from its first state to its last', async () => {
    const trace = 'a1'.repeat(16);
    const conversation_id = await shop.openConversation();
    const traceparent = `00-${trace}-${PARENT}-01`;
    const talk = await visit(
      world.avatar,
      shop,
      { conversation_id, visitor_id: 'visitor-with-a-name' },
      { traceparent, 'idempotency-key': 'a-key-of-this-request' },
    );
    const { _id: id } = await recordOf(talk);
    const ids = [
      ['id', id],
      ['vendor', talk.sessionId],
      ['conversation', conversation_id],
      ['trace', trace],
      ['trace', traceparent],
      ['trace', trace.toUpperCase()],
    ] as const;
    const secrets: string[] = [];
    /** The same by every id, and nothing in it that is nobody's business. */
    const everywhere = async (named: readonly (readonly [string, string])[] = ids) => {
      secrets.push(...secretsOf(await recordOf(talk), 'Do you deliver?', talk));
      const found = [];
      for (const [match, name] of named) {
        const life = await lifeOf(name);
        expect([name, life.match]).toEqual([name, match]);
        found.push({ ...life, match: 'any' });
        for (const secret of secrets) expect(JSON.stringify(life)).not.toContain(secret);
      }
      // What has passed in between has no other cause.
      const { session, ...first } = found[0] as LifeDto;
      for (const life of found) {
        expect(life).toMatchObject({ ...first, session: { id, state: session.state } });
      }
      return found[0] as LifeDto;
    };

    const created = await everywhere();
    expect(created).toMatchObject({
      vendor: 'liveavatar',
      traceId: trace,
      session: { state: 'created', accountId: shop.accountId, conversationId: conversation_id },
      lease: null,
      stop: null,
      reading: { turns: 0, lastReadAt: null, failures: 0, complete: false, truncated: false },
      delivery: { firstAttemptAt: null, nextAttemptAt: null, deliveredAt: null },
      erasedAt: null,
      purgedAt: null,
    });
    expect(stepsOf(created)).toEqual(['give-up']);

    await talk.start();
    await untilLinked(world, talk);
    await talk.say('Do you deliver?', { role: 'user' });
    await untilCounted(world, talk, 1);
    const running = await everywhere();
    expect(running.session).toMatchObject({ state: 'active', endedAt: null, stoppedBy: null });
    expect(stepsOf(running)).toEqual(['poll', 'stop']);

    const operators = `/api/v1/admin/sessions/${id}/stop`;
    expect((await world.avatar.call('POST', operators, { headers: OPERATOR })).status).toBe(200);
    await talk.untilState('delivered');
    await until('its cost is known', async () => (await recordOf(talk)).billed);
    const over = await everywhere();
    expect(over).toMatchObject({
      session: {
        state: 'delivered',
        endReason: 'operator',
        stoppedBy: 'operator',
        billed: { source: 'vendor' },
      },
      stop: { at: expect.any(String), attempts: 0, nextAt: null },
      reading: { turns: 1, lastReadAt: expect.any(String), complete: true },
      delivery: { deliveredAt: expect.any(String), nextAttemptAt: null },
    });
    expect(Object.keys(over.session.enteredAt)).toEqual(
      expect.arrayContaining(['creating', 'created', 'starting', 'active', 'stopped', 'final']),
    );
    expect(over.next).toEqual([
      {
        step: 'purge',
        at: new Date(Date.parse(over.delivery.deliveredAt ?? '') + WEEK * 1000).toISOString(),
      },
    ]);

    await world.petya.admin(
      'DELETE',
      `/accounts/${shop.accountId}/conversations/${conversation_id}`,
    );
    await until('it is erased', () => records().findOne({ _id: id, state: 'erased', dueAt: null }));
    const erased = await everywhere(ids.slice(0, 2));
    expect(erased).toMatchObject({
      traceId: null,
      session: { state: 'erased', conversationId: null, stoppedBy: 'operator' },
      erasedAt: expect.any(String),
      purgedAt: expect.any(String),
    });
    expect(erased.next).toEqual([{ step: 'nothing', at: null }]);
    for (const gone of [conversation_id, trace]) {
      expectProblem(await ask(`?id=${gone}`), 404, 'not_found', { notEchoed: [gone] });
    }
  });

  it('says who works on it, and for how long nobody else does', async () => {
    await world.vendor.fault({ route: 'start', kind: 'delay', delayMs: 1_500 });
    const talk = await visit(world.avatar, shop);
    const starting = talk.start();
    const life = await until('it is being started', async () => {
      const found = await lifeOf(talk.sessionId);
      return found.session.state === 'starting' && found;
    });
    expect(life.lease).toEqual({
      owner: expect.any(String),
      lane: 'end',
      until: expect.any(String),
    });
    expect(life.next).toEqual([{ step: 'resolve-start', at: life.lease?.until }]);
    expect((await starting).status).toBe(201);
    const running = await until('nobody works on it', async () => {
      const found = await lifeOf(talk.sessionId);
      return found.lease === null && found;
    });
    expect(running.session.state).toBe('active');
  });

  it('says how often the vendor was asked to end it, and when it is again', async () => {
    const talk = await startedVisit(world.avatar, shop);
    await world.vendor.fault({ route: 'stop', kind: 'status', status: 500, times: 1_000 });
    await talk.leave();
    world.avatar.advance(30);
    const life = await until('it was asked twice', async () => {
      const found = await lifeOf(talk.sessionId);
      const { attempts = 0, nextAt = null } = found.stop ?? {};
      return attempts >= 2 && nextAt !== null && found;
    });
    expect(life.session).toMatchObject({ state: 'stopping', stoppedBy: 'visitor' });
    expect(life.next).toContainEqual({ step: 'stop', at: life.stop?.nextAt });
    await world.vendor.clearFaults();
    await talk.untilState('delivered');
  });

  it('says why Petya does not take it, and that nothing comes next', async () => {
    const [talk, conversation] = await talkIn(world, shop);
    await untilLinked(world, talk);
    await talk.say('Hello.');
    world.double.fault('status', { kind: 'answer', status: 422 }, Infinity);
    await talk.stop();
    await talk.untilState('parked');
    const life = await lifeOf(conversation);
    expect(life.session).toMatchObject({ state: 'parked', lastError: 'status 422', attempts: 1 });
    expect(life.delivery).toMatchObject({ nextAttemptAt: null, deliveredAt: expect.any(String) });
    expect(life.next.map(({ step }) => step)).not.toContain('deliver');
  });

  it('is one of those of its conversation or its trace, the newest first', async () => {
    const traceparent = `00-${'b2'.repeat(16)}-${PARENT}-01`;
    const conversation_id = await shop.openConversation();
    const talks: Visit[] = [];
    for (let each = 0; each < 3; each += 1) {
      const talk = await startedVisit(world.avatar, shop, { conversation_id }, { traceparent });
      await talk.stop();
      talks.push(talk);
    }
    const newestFirst = talks.map(({ sessionId }) => sessionId).toReversed();
    for (const name of [conversation_id, traceparent]) {
      const { items, more } = await livesOf(name);
      expect([items.map(({ session }) => session.sessionId), more]).toEqual([newestFirst, false]);
    }
  });

  it('is found by what it is delivered under where it named no conversation', async () => {
    const talk = await startedVisit(world.avatar, shop);
    await talk.stop();
    const { conversation_id } = await talk.untilState('delivered');
    const life = await lifeOf(String(conversation_id));
    expect([life.match, life.session.conversationId]).toEqual(['vendor', null]);
  });
});

describe('many lives', () => {
  /** Records of nobody's, each so many seconds old. */
  async function stand(sessions: readonly Partial<Session>[]): Promise<void> {
    const nobodys = { accountId: 'nobodys', state: 'erased', slot: null, dueAt: null } as const;
    await records().insertMany(
      sessions.map((session) => toDocument({ ...aSession(), ...nobodys, ...session })),
    );
  }

  it('are cut at fifty, the newest, whichever ids they were found by', async () => {
    const name = 'c3'.repeat(16);
    const ids = Array.from({ length: 60 }, (_, index) => `many-${index}`);
    await stand(
      ids.map((id, index) => ({
        id,
        vendorSessionId: `vendor-${id}`,
        createdAt: at(index),
        ...(index % 2 === 0 ? { conversationId: name, traceId: null } : { traceId: name }),
      })),
    );
    const { items, more } = await livesOf(name);
    expect(more).toBe(true);
    expect(items.map(({ session }) => session.id)).toEqual(ids.toReversed().slice(0, 50));
    expect(items.slice(0, 2).map(({ match }) => match)).toEqual(['trace', 'conversation']);
    await records().deleteMany({ _id: { $in: ids.slice(0, 10) } });
    const { items: all, more: isMore } = await livesOf(name);
    expect([all.length, isMore]).toEqual([50, false]);
  });

  it.each([
    [50, false],
    [51, true],
  ])('of one conversation are cut at fifty, and said to be more: %i', async (count, isMore) => {
    const conversationId = `a-conversation-of-${count}`;
    await stand(
      Array.from({ length: count }, (_, index) => ({
        id: `${conversationId}-${index}`,
        vendorSessionId: `vendor-${conversationId}-${index}`,
        createdAt: at(index),
        conversationId,
      })),
    );
    const { items, more } = await livesOf(conversationId);
    expect([items.length, more]).toEqual([50, isMore]);
  });

  it('of visitors who call their conversations so put no session out of sight', async () => {
    const name = 'the-vendor-gave-it';
    await stand([
      { id: 'looked-for', vendorSessionId: name, createdAt: at(1) },
      ...Array.from({ length: 55 }, (_, index) => ({
        id: `in-the-way-${index}`,
        vendorSessionId: `in-the-way-${index}`,
        createdAt: at(100 + index),
        conversationId: name,
      })),
    ]);
    const { items, more } = await livesOf(name);
    expect([items[0]?.session.id, items[0]?.match]).toEqual(['looked-for', 'vendor']);
    expect([items.length, more]).toEqual([50, true]);
  });

  it('of two accounts may have the same conversation and the same vendor’s id', async () => {
    const shared = { vendorSessionId: 'the-same', conversationId: 'their-order-1' };
    await stand([
      { ...shared, id: 'of-one', createdAt: at(1) },
      { ...shared, id: 'of-other', createdAt: at(2), accountId: 'somebodys' },
    ]);
    for (const [name, match] of [
      ['the-same', 'vendor'],
      ['their-order-1', 'conversation'],
    ] as const) {
      const { items } = await livesOf(name);
      expect(items.map((life) => [life.session.accountId, life.match])).toEqual([
        ['somebodys', match],
        ['nobodys', match],
      ]);
    }
  });

  it('are shown of records of an earlier release, which lack members', async () => {
    await stand([{ id: 'earlier', vendorSessionId: 'vendor-earlier', createdAt: at(1) }]);
    const lacking = ['enteredAt', 'traceId', 'billed', 'erasedAt', 'erasure', 'purgedAt', 'pulse'];
    const unset = Object.fromEntries(lacking.map((member) => [member, 1 as const]));
    await records().updateOne({ _id: 'earlier' }, { $unset: unset });
    expect(await lifeOf('earlier')).toMatchObject({
      session: { enteredAt: {}, billed: null },
      traceId: null,
      erasedAt: null,
      purgedAt: null,
    });
  });
});

describe('what is no life', () => {
  it.each([
    ['an id that nobody has', '?id=nobody-has-this-id'],
    ['a trace that nobody has', `?id=00-${'d4'.repeat(16)}-${PARENT}-01`],
    ['an id with a dot, as an operator of the database', '?id=%24ne'],
    ['an id that is a pattern', '?id=.*'],
    ['the longest id', `?id=${'i'.repeat(512)}`],
    ['half a query of the database', '?id={%22$gt%22:%22%22}'],
  ])('is 404 for %s', async (_what, query) => {
    expectProblem(await ask(query), 404, 'not_found');
  });

  it.each([
    ['none', ''],
    ['an empty one', '?id='],
    ['one that is too long', `?id=${'i'.repeat(513)}`],
    ['two', '?id=one&id=two'],
    ['an object', '?id[$ne]=x'],
    ['an object in a list', '?id[]=one&id[$gt]='],
    ['a control character', '?id=one%00'],
    ['a line end', '?id=one%0d%0aSet-Cookie:x=y'],
    ['a space', '?id=one%20two'],
    ['what is no ASCII', '?id=caf%C3%A9'],
    ['a lone surrogate', '?id=%ED%A0%80'],
    ['one beside another member', '?id=one&accountId=two'],
  ])('is refused for %s', async (_what, query) => {
    const answer = await ask(query);
    expect([400, 422]).toContain(answer.status);
    expectProblem(answer, answer.status, answer.status === 400 ? 'bad_request' : 'invalid_input');
    if (answer.status === 422) expect(pointers(answer)).not.toEqual([]);
  });

  it.each([
    ['without a token', {}, 'key_missing'],
    ['with a wrong one', { authorization: 'Bearer not-the-token-of-anybody' }, 'token_invalid'],
    ['with one in a cookie', { cookie: `token=${PETYA_ADMIN_TOKEN}` }, 'key_missing'],
  ])('is refused %s, known or not', async (_what, headers, problem) => {
    const talk = await visit(world.avatar, shop);
    for (const id of [talk.sessionId, 'nobody-has-this-id']) {
      expectProblem(await ask(`?id=${id}`, headers), 401, problem);
    }
  });

  it('is refused to a key of a customer, even for its own session', async () => {
    const talk = await visit(world.avatar, shop);
    const keys = [shop.key, await shop.secretKey(), talk.token];
    for (const key of keys) {
      const headers = { authorization: `Bearer ${key}` };
      expect((await ask(`?id=${talk.sessionId}`, headers)).status).toBe(401);
    }
  });
});
