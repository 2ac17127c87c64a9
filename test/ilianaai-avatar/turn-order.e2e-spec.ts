import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningAvatar } from '../support/avatar-app.js';
import { ReplicaSetProxy } from '../support/replica-set-proxy/replica-set-proxy.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { startedVisit, type Visit, visitOf } from './visit.js';
import { startWorld, type World } from './world.js';

/** So far the primaries that two replicas take their time from are ahead of this machine, or behind. */
const CLOCKS_MS = { ahead: 500, behind: -500 };

type Replica = keyof typeof CLOCKS_MS;

/** Through which replica a turn is reported, and whether the visitor says when it was said. */
type Post = Replica | `${Replica} told`;

let world: World;
let proxies: ReplicaSetProxy[];
let replicas: Record<Replica, RunningAvatar>;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  const start = async (clockMs: number) => {
    const proxy = await ReplicaSetProxy.open(world.database.uri);
    proxy.jumpClock(clockMs);
    const uri = new URL(world.database.uri);
    uri.port = new URL(proxy.uri).port;
    uri.searchParams.delete('directConnection');
    uri.searchParams.set('replicaSet', 'rs0');
    const database = { ...world.database, uri: uri.href };
    return { proxy, avatar: await world.another({ database }) };
  };
  const ahead = await start(CLOCKS_MS.ahead);
  const behind = await start(CLOCKS_MS.behind);
  proxies = [ahead.proxy, behind.proxy];
  replicas = { ahead: ahead.avatar, behind: behind.avatar };
  shop = await world.customer();
});
afterAll(async () => {
  await Promise.all([replicas.ahead.stop(), replicas.behind.stop()]);
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await world.stop();
});

/** A session as it is reached through each replica. */
async function aTalk() {
  const talk = await startedVisit(world.avatar, shop);
  const { sessionId: session_id, token: session_token } = talk;
  const through = (replica: Replica): Visit =>
    visitOf(replicas[replica], { session_id, session_token });
  return { talk, through };
}

describe('turns that were acknowledged before the next one was said keep their order', () => {
  it.each<[string, readonly Post[]]>([
    ['from one replica to the other', ['ahead', 'behind', 'ahead', 'behind', 'behind']],
    ['and the visitor says when', ['ahead told', 'behind told', 'ahead told']],
    ['and the visitor says when now and then', ['ahead', 'behind told', 'behind', 'ahead told']],
    ['with a visitor’s clock that is ahead of ours', ['behind told', 'behind', 'behind told']],
    ['with one that is behind ours', ['ahead', 'ahead told', 'ahead', 'behind told']],
  ])('%s', async (_title, posts) => {
    const { talk, through } = await aTalk();
    for (const [index, post] of posts.entries()) {
      const [replica, told] = post.split(' ') as [Replica, string?];
      const more = told ? { timestamp: Date.now() } : {};
      expect((await through(replica).say(`${index}`, more)).status).toBe(200);
    }
    expect(await talk.lines()).toEqual(posts.map((_post, index) => `avatar: ${index}`));
  });

  it('also behind many that were stored in one write', async () => {
    const { talk, through } = await aTalk();
    const many = Array.from({ length: 12 }, (_each, index) => `${index}`);
    await Promise.all(many.map((text) => through('ahead').say(text)));
    await through('behind').say('last');
    expect((await talk.lines()).at(-1)).toBe('avatar: last');
  });

  it('and a repeat through another replica changes no place', async () => {
    const { talk, through } = await aTalk();
    await through('ahead').say('first', { message_id: 'm-1' });
    await through('behind').say('second', { message_id: 'm-2' });
    await through('behind').say('first', { message_id: 'm-1' });
    expect(await talk.lines()).toEqual(['avatar: first', 'avatar: second']);
  });

  it('and so does what is delivered, with times that never go back', async () => {
    const { talk, through } = await aTalk();
    for (const [index, replica] of (['ahead', 'behind', 'behind'] as const).entries()) {
      await through(replica).say(`${index}`, { role: 'user' });
    }
    await talk.stop();
    await talk.untilState('delivered');
    const conversations = world.petya.connection.collection('conversations');
    const kept = await conversations.findOne({ 'sessions.sessionId': talk.sessionId });
    const turns = kept?.['transcript'] as { transcript: string; timestamp: Date }[];
    expect(turns.map(({ transcript }) => transcript)).toEqual(['0', '1', '2']);
    const times = turns.map(({ timestamp }) => timestamp.getTime());
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });
});
