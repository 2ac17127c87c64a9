import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import { LiveWords } from '../../apps/ilianaai-avatar/src/turns/live-words.service.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { until } from '../support/until.js';
import { storedLines, talkIn } from './delivered.js';
import { startedVisit, type Visit } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer({ limits: { maxConcurrentSessions: 1000 } });
});
afterAll(() => world.stop());

describe('the vendor’s record', () => {
  afterEach(async () => {
    await world.vendor.clearFaults();
    await world.vendor.set({
      transcriptPageSize: 50,
      transcriptSplitsSeconds: false,
      timestampUnit: 'seconds',
      transcriptCursorAtEnd: 'null',
    });
  });

  it.each([
    { transcriptPageSize: 3 },
    { transcriptPageSize: 4, transcriptSplitsSeconds: true },
    { transcriptCursorAtEnd: 'last-line' },
    { timestampUnit: 'milliseconds', transcriptPageSize: 3 },
    {
      timestampUnit: 'fractional-seconds',
      transcriptPageSize: 3,
      transcriptCursorAtEnd: 'last-line',
    },
  ] as const)('is read whole with %j', async (settings) => {
    await world.vendor.set(settings);
    const [talk, conversationId] = await talkIn(world, shop);
    const stamp = settings.timestampUnit === 'milliseconds' ? 1 : 1000;
    const base = Math.floor(Date.now() / 1000) * 1000;
    const said = Array.from({ length: 10 }, (_none, index) => ({
      role: index % 2 ? 'avatar' : 'user',
      transcript: `line ${index}`,
      absolute_timestamp: (base + Math.floor(index / 2) * 1000) / stamp,
    }));
    await world.vendor.addRawLines(talk.sessionId, said);
    await talk.stop();
    await talk.untilState('delivered');
    expect(await storedLines(shop, conversationId)).toEqual(
      said.map(({ role, transcript }) => `${role}: ${transcript}`),
    );
  });

  it('that fails for a while is waited for', async () => {
    const [talk, conversationId] = await talkIn(world, shop);
    await world.vendor.say(talk.sessionId, 'avatar', 'The vendor heard this.');
    for (const fault of [
      { kind: 'status', status: 500 },
      { kind: 'reset' },
      { kind: 'html' },
      { kind: 'garbage' },
    ]) {
      await world.vendor.fault({ route: 'transcript', ...fault });
    }
    await talk.stop();
    await talk.untilState('delivered');
    expect(await storedLines(shop, conversationId)).toEqual(['avatar: The vendor heard this.']);
  });

  it('that stays away leaves what we heard, marked incomplete, and comes as the next version', async () => {
    const app = await world.another({ environment: { VENDOR_DOWN_WAIT_SECONDS: '1' } });
    const conversationId = await shop.openConversation();
    const talk = await startedVisit(app, shop, { conversation_id: conversationId });
    await talk.say('The page heard this.');
    await world.vendor.say(talk.sessionId, 'avatar', 'Only the vendor heard this.');
    await world.vendor.fault({ route: 'transcript', kind: 'status', status: 500, times: -1 });
    await talk.stop();
    await talk.untilState('delivered');
    const incomplete = await shop.read(conversationId);
    expect(incomplete).toMatchObject({ sessions: [{ complete: false, version: 2 }] });
    expect(await storedLines(shop, conversationId)).toEqual(['avatar: The page heard this.']);
    await world.vendor.clearFaults();
    await until(
      'the rest is there',
      async () => (await shop.read(conversationId)).sessions[0]?.complete === true,
    );
    expect((await storedLines(shop, conversationId)).sort()).toEqual([
      'avatar: Only the vendor heard this.',
      'avatar: The page heard this.',
    ]);
    expect((await shop.read(conversationId)).sessions).toMatchObject([{ version: 3 }]);
    await app.stop();
  });
});

const FIRST_SECOND = Math.floor(Date.now() / 1000);

/** What is said in a second of the session. */
type Said = readonly [second: number, line: string];

interface Revision {
  readonly what: string;
  /** What the vendor's record holds while the session runs. */
  readonly first: readonly Said[];
  /** What it holds in the end. */
  readonly last: readonly Said[];
  readonly reported?: readonly string[];
  readonly petya: readonly string[];
}

const REVISIONS: readonly Revision[] = [
  {
    what: 'an interim line and one that was not yet cut short, corrected at other seconds',
    first: [
      [1, 'user: What are your open'],
      [4, 'avatar: We open at nine and close at six, and on Sundays'],
    ],
    last: [
      [2, 'user: What are your opening hours?'],
      [5, 'avatar: We open at nine'],
    ],
    petya: ['user: What are your opening hours?', 'avatar: We open at nine'],
  },
  {
    what: 'a line that is taken back',
    first: [
      [1, 'user: Hello'],
      [2, 'user: (noise)'],
      [3, 'avatar: Welcome'],
    ],
    last: [
      [1, 'user: Hello'],
      [3, 'avatar: Welcome'],
    ],
    petya: ['user: Hello', 'avatar: Welcome'],
  },
  {
    what: 'the first of two lines of one second taken back',
    first: [
      [1, 'user: Hel'],
      [1, 'user: Hello'],
    ],
    last: [[1, 'user: Hello']],
    petya: ['user: Hello'],
  },
  {
    what: 'two lines that were one',
    first: [[1, 'avatar: Yes. No.']],
    last: [
      [2, 'avatar: Yes.'],
      [3, 'avatar: No.'],
    ],
    petya: ['avatar: Yes.', 'avatar: No.'],
  },
  {
    what: 'the same words a second later',
    first: [[1, 'avatar: Welcome']],
    last: [[2, 'avatar: Welcome']],
    petya: ['avatar: Welcome'],
  },
  {
    what: 'a line that a client reported as well',
    first: [
      [1, 'user: Is it open'],
      [2, 'avatar: It'],
    ],
    last: [[2, 'avatar: It is']],
    reported: ['Is it open', 'Thanks'],
    petya: ['avatar: It is', 'user: Is it open', 'user: Thanks'],
  },
  {
    what: 'nothing at all any more, which is no correction',
    first: [[1, 'avatar: Welcome']],
    last: [],
    petya: ['avatar: Welcome'],
  },
];

describe('a record that the vendor corrects', () => {
  let app: RunningAvatar;

  beforeAll(async () => {
    app = await world.another({ environment: { VENDOR_POLL_SECONDS: '0.5' } });
  });
  afterAll(() => app.stop());

  it('is delivered as it stands in the end, with what clients reported', async () => {
    const delivered = await Promise.all(
      REVISIONS.map(async ({ what, ...revision }) => [what, await play(app, revision)] as const),
    );
    expect(Object.fromEntries(delivered)).toEqual(
      Object.fromEntries(REVISIONS.map(({ what, petya }) => [what, petya.toSorted()])),
    );
  });

  it('is the same after a second closing, and after one that the vendor was away for', async () => {
    const [talk, conversationId] = await talkIn(world, shop);
    const { vendor } = world;
    await vendor.replaceLines(talk.sessionId, asLines([[1, 'user: Wel']]));
    await talk.stop();
    await talk.untilState('delivered');
    await vendor.replaceLines(talk.sessionId, asLines([[2, 'user: Well']]));
    const versions = [];
    for (const text of ['One', 'Two', 'Three']) {
      if (text === 'Three') await vendor.fault({ route: 'transcript', kind: 'reset', times: -1 });
      const heard = world.avatar.app.get(LiveWords, { strict: false });
      const session = await sessionOf(talk);
      const words = { source: 'socket', role: 'avatar', text, taskId: text } as const;
      await heard.hear(session, { ...words, atMs: Date.now() });
      await until('the next version is there', async () =>
        (await storedLines(shop, conversationId)).includes(`avatar: ${text}`),
      );
      versions.push(await storedLines(shop, conversationId));
    }
    await vendor.clearFaults();
    expect(versions.map((lines) => lines.toSorted())).toEqual([
      ['avatar: One', 'user: Well'],
      ['avatar: One', 'avatar: Two', 'user: Well'],
      ['avatar: One', 'avatar: Three', 'avatar: Two', 'user: Well'],
    ]);
  });
});

async function play(app: RunningAvatar, revision: Omit<Revision, 'what'>): Promise<string[]> {
  const { first, last, reported = [] } = revision;
  const conversationId = await shop.openConversation();
  const talk = await startedVisit(app, shop, { conversation_id: conversationId });
  await world.vendor.replaceLines(talk.sessionId, asLines(first));
  for (const text of reported) await talk.say(text, { role: 'user' });
  const { id } = await sessionOf(talk, app);
  const turns = app.connection.collection('turns');
  await until('the first record is read', async () => {
    const accountId = shop.accountId;
    const read = await turns.find({ accountId, sessionId: id, source: 'vendor' }).toArray();
    return read.length === first.length;
  });
  await world.vendor.replaceLines(talk.sessionId, asLines(last));
  await talk.stop();
  await talk.untilState('delivered');
  return (await storedLines(shop, conversationId)).toSorted();
}

function sessionOf({ sessionId }: Visit, { app } = world.avatar): Promise<Session> {
  const sessions = app.get(SessionStore, { strict: false });
  return sessions.findByVendorId(sessionId, shop.accountId).then((found) => {
    if (!found) throw new Error('there is a session');
    return found;
  });
}

function asLines(said: readonly Said[]) {
  return said.map(([second, line]) => {
    const [role, transcript] = line.split(': ');
    return { role, transcript, absolute_timestamp: FIRST_SECOND + second };
  });
}
