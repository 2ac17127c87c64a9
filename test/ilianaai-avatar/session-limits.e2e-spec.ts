import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { deliveriesOf } from './delivered.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { startedVisit } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer({ limits: { maxConcurrentSessions: 1000 } });
});
afterAll(() => world.stop());

describe('a session’s limits', () => {
  it('end it when the account’s turns are used up: said, stopped, delivered, marked', async () => {
    const owner = await world.customer({ limits: { maxTranscriptTurns: 3 } });
    const full = await startedVisit(world.avatar, owner);
    for (const text of ['one', 'two', 'three']) {
      expect((await full.say(text)).status).toBe(200);
    }
    expectProblem(await full.say('four'), 410, 'session_ended', { notEchoed: ['four'] });
    expect((await full.untilState('delivered')).end_reason).toBe('transcript_full');
    expect(deliveriesOf(world, full).at(-1)?.body).toMatchObject({
      endReason: 'transcript_full',
      truncated: true,
    });
    expect(await full.lines()).toEqual(['avatar: one', 'avatar: two', 'avatar: three']);
    expect(await world.vendor.session(full.sessionId)).toMatchObject({ state: 'ended' });
  });

  it('end it when 4 MiB were said', async () => {
    const talk = await startedVisit(world.avatar, shop);
    const sessions = world.avatar.connection.collection('sessions');
    await sessions.updateOne(
      { vendorSessionId: talk.sessionId },
      { $set: { textBytes: 4 * 1024 * 1024 - 3 } },
    );
    expect((await talk.say('yes')).status).toBe(200);
    expectProblem(await talk.say('n'), 410, 'session_ended');
    expect((await talk.untilState('delivered')).end_reason).toBe('transcript_full');
  });
});

describe('many visitors talking at once', () => {
  it('are each answered for their own turn, and nothing is lost or mixed up', async () => {
    const talks = await Promise.all([1, 2, 3, 4].map(() => startedVisit(world.avatar, shop)));
    const answers = await Promise.all(
      talks.flatMap((each, visitor) =>
        Array.from({ length: 25 }, (_none, turn) =>
          each.say(`visitor ${visitor} turn ${turn}`, { message_id: `m-${turn}`, role: 'user' }),
        ),
      ),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    for (const [visitor, each] of talks.entries()) {
      const said = new Set(await each.lines());
      expect(said.size).toBe(25);
      for (const line of said) expect(line).toContain(`visitor ${visitor} `);
    }
  });
});

describe('more turns than the account keeps', () => {
  it('in the vendor’s own record are cut from the end, and that is said', async () => {
    const owner = await world.customer({ limits: { maxTranscriptTurns: 3 } });
    const talk = await startedVisit(world.avatar, owner);
    for (const text of ['one', 'two', 'three', 'four']) {
      await world.vendor.say(talk.sessionId, 'avatar', text);
    }
    await talk.stop();
    expect((await talk.untilState('delivered')).end_reason).toBe('visitor_ended');
    const { body } = deliveriesOf(world, talk).at(-1) ?? {};
    expect(body).toMatchObject({ truncated: true });
    expect(body?.transcript.map(({ transcript }) => transcript)).toEqual(['one', 'two', 'three']);
  });
});
