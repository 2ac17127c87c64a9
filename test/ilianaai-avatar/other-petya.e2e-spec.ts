import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type RunningAvatar, startAvatar } from '../support/avatar-app.js';
import { freshDatabase, type TestDatabase } from '../support/mongo.js';
import { OtherPetya } from '../support/other-petya.js';
import { PETYA_SERVICE_TOKEN } from '../support/petya-app.js';
import { until } from '../support/until.js';
import { SimulatorControl } from '../vendor-simulator/simulator.control.js';
import {
  startVendorSimulator,
  type VendorSimulator,
} from '../vendor-simulator/simulator.server.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { askToken, startedVisit, visit } from './visit.js';
import { AVATAR_ID, CONTEXT_ID, VOICE_ID } from './world.js';

/* A Petya that is not ours: four members of a configuration, one route for what a session was. */
const KEY = 'SE_5799564546777614';
const WITH_CONTEXT = 'SE_with-a-context-id';
const BARE = 'SE_with-an-avatar-alone';
const LIMITED = 'SE_with-one-session';
const WRONG = 'SE_with-numbers-for-texts';
const four = {
  avatarId: AVATAR_ID,
  intro: 'Hello.',
  knowledgeBaseId: CONTEXT_ID,
  voiceId: VOICE_ID,
};

let simulator: VendorSimulator;
let vendor: SimulatorControl;
let petya: OtherPetya;
let database: TestDatabase;
let avatar: RunningAvatar;

const start = (environment: Readonly<Record<string, string>> = {}): Promise<RunningAvatar> =>
  startAvatar({
    vendorUrl: simulator.url,
    vendorKey: simulator.apiKey,
    petyaUrl: petya.url,
    database,
    environment: { DEFAULT_ALLOWED_ORIGINS: 'https://shop.example.com', ...environment },
  });

beforeAll(async () => {
  simulator = await startVendorSimulator();
  vendor = new SimulatorControl(simulator.url);
  const configs = new Map<string, unknown>([
    [KEY, four],
    [WITH_CONTEXT, { avatarId: AVATAR_ID, contextId: CONTEXT_ID }],
    [BARE, { avatarId: AVATAR_ID, intro: '', knowledgeBaseId: null, voiceId: '' }],
    [LIMITED, four],
    [WRONG, { ...four, avatarId: 7 }],
  ]);
  petya = new OtherPetya(configs, PETYA_SERVICE_TOKEN);
  await petya.start();
  database = freshDatabase();
  avatar = await start();
});
beforeEach(() => {
  petya.thanks = { status: 204, body: '' };
});
afterAll(async () => {
  await avatar.stop();
  await database.drop();
  await petya.stop();
  await simulator.close();
});

async function tokenRequest(sessionId: string): Promise<unknown> {
  const { requests } = await vendor.ledger(`?session=${sessionId}&route=token`);
  return requests[0]?.body;
}

describe('the account behind a key', () => {
  it.each<[string, string, object]>([
    ['all four members', KEY, { voice_id: VOICE_ID, context_id: CONTEXT_ID, language: 'en' }],
    ['contextId', WITH_CONTEXT, { context_id: CONTEXT_ID, language: 'en' }],
    ['an avatar alone', BARE, { language: 'en' }],
  ])('is known by %s', async (_what, key, persona) => {
    const { sessionId } = await visit(avatar, { key });
    expect(await tokenRequest(sessionId)).toEqual({
      mode: 'FULL',
      avatar_id: AVATAR_ID,
      max_session_duration: 1200,
      avatar_persona: persona,
    });
  });

  it('makes no sense where a member is no text', async () => {
    expectProblem(await askToken(avatar, { key: WRONG }), 503, 'petya_unavailable');
  });

  it('is not there for another key', async () => {
    expectProblem(await askToken(avatar, { key: 'SE_of-nobody' }), 401, 'key_invalid');
  });

  it('has the origins of the operator', async () => {
    const from = (origin: string) => askToken(avatar, { key: KEY }, {}, { origin });
    expect((await from('https://shop.example.com')).status).toBe(200);
    expectProblem(await from('https://other.example.com'), 403, 'origin_not_allowed');
  });

  it('has the limits of the operator, and is the same one for another replica', async () => {
    const strict = await start({ DEFAULT_MAX_CONCURRENT_SESSIONS: '1', DEFAULT_LANGUAGE: 'de' });
    const holder = { key: LIMITED };
    const open = await visit(avatar, holder);
    expectProblem(await askToken(strict, holder), 429, 'account_full');
    await open.stop();
    await open.untilState('delivered', 'failed', 'final');
    const { sessionId } = await visit(strict, holder);
    expect(await tokenRequest(sessionId)).toMatchObject({ avatar_persona: { language: 'de' } });
    await strict.stop();
  });

  it('is named by nothing that the key could be found by', async () => {
    await visit(avatar, { key: KEY });
    const records = await avatar.connection.collection('sessions').find().toArray();
    expect(JSON.stringify(records)).not.toContain('5799564546777614');
  });
});

describe('what was said', () => {
  it.each([
    { status: 204, body: '' },
    { status: 200, body: 'OK' },
    { status: 201, body: '{"success":true}' },
    { status: 202, body: '<p>Thank you</p>' },
  ])('is delivered once it is taken, with %j', async (thanks) => {
    petya.thanks = thanks;
    const talk = await startedVisit(
      avatar,
      { key: KEY },
      { conversation_id: `conv-${thanks.status}` },
    );
    await talk.say('Do you deliver?', { role: 'user' });
    await talk.say('Yes, on Sundays too.');
    await talk.stop();
    await talk.untilState('delivered');
    expect(petya.linesOf(talk.sessionId)).toEqual(
      expect.arrayContaining(['user: Do you deliver?', 'avatar: Yes, on Sundays too.']),
    );
    const finals = petya.told.filter(
      ({ sessionId, status }) => sessionId === talk.sessionId && status !== 'active',
    );
    // One version of it; the same one may come again where a turn was counted late.
    expect(new Set(finals.map((each) => `${each.conversationId} ${each.version}`))).toEqual(
      new Set([`conv-${thanks.status} 2`]),
    );
  });

  it('waits for it while it is away', async () => {
    const talk = await startedVisit(avatar, { key: KEY });
    await talk.say('Are you there?', { role: 'user' });
    await petya.stop();
    await talk.stop();
    await talk.untilState('final');
    await petya.start();
    await talk.untilState('delivered');
    expect(petya.linesOf(talk.sessionId)).toContain('user: Are you there?');
  });

  it('waits for it while it refuses', async () => {
    petya.thanks = { status: 500, body: '' };
    const talk = await startedVisit(avatar, { key: KEY });
    await talk.stop();
    await talk.untilState('final');
    const refused = petya.told.length;
    await until('it is tried again', async () => petya.told.length > refused);
    petya.thanks = { status: 200, body: '' };
    await talk.untilState('delivered');
  });
});
