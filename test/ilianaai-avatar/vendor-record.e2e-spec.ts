import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { until } from '../support/until.js';
import { storedLines, talkIn } from './delivered.js';
import { startedVisit } from './visit.js';
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
