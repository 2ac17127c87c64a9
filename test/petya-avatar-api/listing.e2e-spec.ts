import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  ConversationListDto,
  ListedConversationDto,
  ListedVisitorDto,
  VisitorListDto,
} from '#contracts';
import { Types } from 'mongoose';
import { expectProblem, pointers } from '../support/expect-problem.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { deliver, makeTenant, type Tenant, turn } from './tenant.js';

type Stored = Record<string, unknown> & { readonly _id: unknown };

let petya: RunningPetya;

beforeAll(async () => {
  petya = await startPetya();
});
afterAll(() => petya.stop());

/** All pages of a list, which has to end. */
async function pages<T>(path: string, limit: number): Promise<T[][]> {
  const read: T[][] = [];
  let cursor = '';
  while (read.length < 50) {
    const query = `?limit=${limit}${cursor}`;
    const { status, body } = await petya.admin<{ items: T[]; nextCursor: string | null }>(
      'GET',
      `${path}${query}`,
    );
    expect(status).toBe(200);
    read.push(body.items);
    if (body.nextCursor === null) return read;
    cursor = `&cursor=${body.nextCursor}`;
  }
  throw new Error('The list has no end.');
}

async function store(collection: string, records: readonly Stored[]): Promise<void> {
  await petya.connection.collection(collection).insertMany(records as never[]);
}

const visitorsOf = ({ accountId }: Tenant) => `/accounts/${accountId}/visitors`;
const conversationsOf = ({ accountId }: Tenant) => `/accounts/${accountId}/conversations`;

describe('the visitors of an account', () => {
  it('are listed with what is known of them, the last seen first', async () => {
    const shop = await makeTenant(petya);
    const other = await makeTenant(petya);
    await other.makeVisitor({ name: 'Somebody else' });
    const ada = await shop.makeVisitor({
      name: 'Ada',
      email: 'ada@example.com',
      pageUrl: 'https://shop.example.com/roses?q=1',
      userAgent: 'Mozilla/5.0',
      locale: 'de-DE',
    });
    const bob = await shop.proveVisitor({ name: 'Bob' });
    await shop.call('POST', '/visitors/init', { name: 'Bobby' }, bob.proof);
    const { body } = await petya.admin<VisitorListDto>('GET', visitorsOf(shop));
    expect(body).toEqual({
      items: [
        {
          visitorId: bob.visitorId,
          name: 'Bobby',
          email: null,
          pageUrl: null,
          userAgent: null,
          locale: null,
          userId: null,
          createdAt: expect.any(String),
          lastSeenAt: expect.any(String),
        },
        {
          visitorId: ada,
          name: 'Ada',
          email: 'ada@example.com',
          pageUrl: 'https://shop.example.com/roses',
          userAgent: 'Mozilla/5.0',
          locale: 'de-DE',
          userId: null,
          createdAt: expect.any(String),
          lastSeenAt: expect.any(String),
        },
      ],
      nextCursor: null,
    });
  });

  it('are not listed once they are erased', async () => {
    const shop = await makeTenant(petya);
    const visitorId = await shop.makeVisitor();
    const stays = await shop.makeVisitor();
    await petya.admin('DELETE', `${visitorsOf(shop)}/${visitorId}`);
    const { body } = await petya.admin<VisitorListDto>('GET', visitorsOf(shop));
    expect(body.items.map((visitor) => visitor.visitorId)).toEqual([stays]);
  });
});

describe('the conversations of an account', () => {
  it('are listed without a word of what was said, the last active first', async () => {
    const shop = await makeTenant(petya);
    await (await makeTenant(petya)).openConversation();
    const visitorId = await shop.makeVisitor();
    const pageUrl = 'https://shop.example.com/roses';
    const first = await shop.openConversation({ visitorId, externalId: 'chat-1', pageUrl });
    const second = await shop.openConversation();
    await shop.post(first, 'a secret of hers');
    await deliver(petya, second, {
      sessionId: 'said',
      accountId: shop.accountId,
      status: 'completed',
      transcript: [turn('user', 'another secret', 1_760_000_000)],
    });
    const { body } = await petya.admin<ConversationListDto>('GET', conversationsOf(shop));
    const listed: ListedConversationDto[] = [
      {
        conversationId: second,
        externalId: null,
        visitorId: null,
        pageUrl: null,
        status: 'completed',
        createdAt: expect.any(String) as never,
        lastActivityAt: expect.any(String) as never,
      },
      {
        conversationId: first,
        externalId: 'chat-1',
        visitorId,
        pageUrl,
        status: 'active',
        createdAt: expect.any(String) as never,
        lastActivityAt: expect.any(String) as never,
      },
    ];
    expect(body).toEqual({ items: listed, nextCursor: null });
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it('are not listed once they are erased', async () => {
    const shop = await makeTenant(petya);
    const gone = await shop.openConversation();
    const stays = await shop.openConversation();
    await petya.admin('DELETE', `${conversationsOf(shop)}/${gone}`);
    const { body } = await petya.admin<ConversationListDto>('GET', conversationsOf(shop));
    expect(body.items.map((each) => each.conversationId)).toEqual([stays]);
  });
});

describe.each(['visitors', 'conversations'] as const)('the pages of %s', (what) => {
  const member = what === 'visitors' ? 'lastSeenAt' : 'lastActivityAt';
  const idOf = (item: ListedVisitorDto & ListedConversationDto) =>
    what === 'visitors' ? item.visitorId : item.conversationId;

  /** Several of one instant, ids of both types and one that only looks like the other, some without a time. */
  async function filled(): Promise<{ path: string; ids: string[] }> {
    const { accountId } = await makeTenant(petya);
    const at = new Date('2026-01-02T03:04:05.678Z');
    const later = new Date(at.getTime() + 1);
    const [low, high] = [new Types.ObjectId(), new Types.ObjectId()];
    const looks = String(new Types.ObjectId());
    const name = (text: string) => `${accountId}-${text}`;
    const record = (_id: unknown, time: Date | null): Stored =>
      time === null ? { _id, accountId } : { _id, accountId, createdAt: at, [member]: time };
    const undated = new Types.ObjectId();
    await store(what, [
      record(name('a'), at),
      record(name('b'), at),
      record(low, at),
      record(high, at),
      record(looks, at),
      record(name('z'), later),
      record(name('old'), new Date(0)),
      // They are on their way out.
      { ...record(name('marked'), at), removingAt: later },
      { ...record(name('marked-older'), null), removingAt: later },
      record(undated, null),
      record(name('older'), null),
    ]);
    const texts = [name('a'), name('b'), looks].toSorted().toReversed();
    return {
      path: `/accounts/${accountId}/${what}`,
      ids: [
        name('z'),
        String(high),
        String(low),
        ...texts,
        name('old'),
        String(undated),
        name('older'),
      ],
    };
  }

  it.each([1, 2, 3, 8, 9, 10, 100])('have each of them once, %d a page', async (limit) => {
    const { path, ids } = await filled();
    const read = await pages<ListedVisitorDto & ListedConversationDto>(path, limit);
    expect(read.flat().map(idOf)).toEqual(ids);
    expect(read.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    expect(read.length).toBe(Math.ceil(ids.length / limit));
  });

  it('tell no time where none is known', async () => {
    const { path } = await filled();
    const items = (await pages<ListedVisitorDto & ListedConversationDto>(path, 100)).flat();
    expect(items.slice(-2).map((item) => item[member])).toEqual([null, null]);
    // What an ObjectId says of its making is known.
    expect(items.slice(-2).map(({ createdAt }) => createdAt)).toEqual([expect.any(String), null]);
  });

  it('are shown though a record says something else where its time belongs', async () => {
    const { accountId } = await makeTenant(petya);
    const odd = { accountId, createdAt: 'yesterday', [member]: new Date() };
    await store(what, [{ ...odd, _id: `${accountId}-odd` }]);
    const [[item] = []] = await pages<ListedVisitorDto & ListedConversationDto>(
      `/accounts/${accountId}/${what}`,
      10,
    );
    expect(item).toMatchObject({ createdAt: null, [member]: expect.any(String) });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'AAAA'],
    ['a cursor of another list', Buffer.from('["0123"]').toString('base64url')],
    ['an id that is none', Buffer.from('[1,"x","object"]').toString('base64url')],
    ['a time that is none', Buffer.from('[1e400,"x","text"]').toString('base64url')],
    [
      'a date that there is not',
      Buffer.from('[9007199254740991,"x","text"]').toString('base64url'),
    ],
    [
      'a year that no database has to know',
      Buffer.from('[253402300800000,"x","text"]').toString('base64url'),
    ],
    [
      'before there were computers',
      Buffer.from('[-62135596800001,"x","text"]').toString('base64url'),
    ],
    ['half a millisecond', Buffer.from('[0.5,"x","text"]').toString('base64url')],
    ['a condition', Buffer.from('[1,{"$gt":""},"text"]').toString('base64url')],
  ])('refuse a cursor that is %s', async (_what, cursor) => {
    const { accountId } = await makeTenant(petya);
    const path = `/accounts/${accountId}/${what}?cursor=${cursor}`;
    const answer = await petya.admin('GET', path);
    expectProblem(answer, 422, 'invalid_input');
    expect(pointers(answer)).toEqual(['/cursor']);
  });

  it('are not there for an account that is not', async () => {
    const path = `/accounts/${String(new Types.ObjectId())}/${what}`;
    expectProblem(await petya.admin('GET', path), 404, 'not_found');
  });
});
